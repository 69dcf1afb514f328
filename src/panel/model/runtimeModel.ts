import { UUID } from '@lumino/coreutils';
import { DisposableDelegate, IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import type { IMonitor, ISample } from '../../kernel/monitor/monitor';
import type { ServerLimits } from '../../kernel/queries/serverLimits';
import type { IKitSettings } from '../../tokens';
import { History } from './history';
import { ITimeFacts, timeFacts } from './timeFacts';

interface IOptions {
  monitor: IMonitor;
  /** The notebook's name, which may change. */
  name: () => string;
  nameChanged?: ISignal<unknown, unknown>;
  settings: IKitSettings;
  /** What the server says of itself. */
  limits?: ServerLimits;
  /** Seconds since the epoch in this page. */
  now?: () => number;
}

/**
 * What is known of one notebook's runtime. Views render it and change nothing
 * but through it.
 *
 * The kernel is watched while a view shows it, and no longer.
 */
export class RuntimeModel implements IDisposable {
  constructor(private _options: IOptions) {
    this.monitor = _options.monitor;
    this._interval = _options.settings.values.sampleInterval;
    this._now = _options.now ?? (() => Date.now() / 1000);
    this.monitor.sampled.connect(this._onSampled, this);
    this.monitor.stateChanged.connect(this._emit, this);
    _options.settings.changed.connect(this._onSettingsChanged, this);
    _options.limits?.changed.connect(this._emit, this);
    _options.nameChanged?.connect(this._emit, this);
  }

  /** Tells models apart, whatever their notebooks are called. */
  readonly id = UUID.uuid4();
  readonly history = new History();
  readonly monitor: IMonitor;

  /** Emitted when anything changed that a view shows. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted when the notebook is closed. */
  get disposed(): ISignal<this, void> {
    return this._disposed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Whether the user wants kernels to be watched at all. */
  get isOn(): boolean {
    return this._options.settings.values.monitor;
  }

  /** The notebook's name. */
  get name(): string {
    return this._options.name();
  }

  get sample(): ISample | null {
    return this.monitor.latest;
  }

  /** Seconds since the epoch on the kernel's clock. */
  get kernelTime(): number {
    return this._now() - this._lead;
  }

  /** Seconds since the sample was taken; null before the first. */
  get age(): number | null {
    const sample = this.sample;
    return sample && Math.max(this.kernelTime - sample.time, 0);
  }

  get time(): ITimeFacts {
    const { sessionHours } = this._options.settings.values;
    const limits = this._options.limits?.current ?? null;
    return timeFacts(this.sample, limits, sessionHours, this.kernelTime);
  }

  get settings(): IKitSettings {
    return this._options.settings;
  }

  /**
   * A view begins to show this runtime.
   *
   * @returns what the view disposes when it no longer does.
   */
  show(): IDisposable {
    this._views++;
    this._update();
    return new DisposableDelegate(() => {
      this._views--;
      this._update();
    });
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._options.settings.changed.disconnect(this._onSettingsChanged, this);
    this._options.limits?.changed.disconnect(this._emit, this);
    this._options.nameChanged?.disconnect(this._emit, this);
    this.monitor.dispose();
    this._disposed.emit();
    Signal.clearData(this);
  }

  private _update(): void {
    const wanted = this._views > 0 && this.isOn && !this._isDisposed;
    if (wanted && !this._isRunning) {
      this._isRunning = true;
      // What goes wrong is the monitor's state, which the views show.
      this.monitor.start().catch(console.warn);
    } else if (!wanted && this._isRunning) {
      this._isRunning = false;
      this.monitor.stop();
    }
  }

  private _onSampled(_: IMonitor, sample: ISample): void {
    // The two clocks may differ by hours. The least difference seen is the one
    // with the least delay in it.
    const { pid, host } = sample.kernel;
    const machine = `${host} ${pid}`;
    const lead = this._now() - sample.time;
    this._lead = machine === this._machine ? Math.min(this._lead, lead) : lead;
    this._machine = machine;
    this.history.add(sample);
    this._emit();
  }

  private _onSettingsChanged(): void {
    this._update();
    const { sampleInterval } = this._options.settings.values;
    if (sampleInterval !== this._interval) {
      this._interval = sampleInterval;
      // An idle kernel hears of it so; a busy one when its cell has ended.
      this.monitor.refresh().catch(console.warn);
    }
    this._emit();
  }

  private _emit(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private _changed = new Signal<this, void>(this);
  private _disposed = new Signal<this, void>(this);
  private _interval: number;
  private _isDisposed = false;
  private _isRunning = false;
  private _lead = 0;
  private _machine = '';
  private _now: () => number;
  private _views = 0;
}
