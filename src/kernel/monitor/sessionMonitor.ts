import type { ISessionContext } from '@jupyterlab/apputils';
import {
  nullTranslator,
  type TranslationBundle
} from '@jupyterlab/translation';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';

import { type IWatchListener, KernelWatch } from './kernelWatch';
import type {
  IActionAnswer,
  ICheckpointAnswer,
  IMonitor,
  ISample,
  MonitorAction,
  MonitorState
} from './monitor';
import { afterEnd } from './mergeSample';
import { stateText } from './stateText';
import { ASKING, NO_KERNEL, type WatchState } from './watchState';
import { act, CheckpointRequests, type IActionKernel } from './kernelActions';
import type { End } from './actionErrors';

/** The part of a session context that is needed. */
type IMonitoredSession = Pick<
  ISessionContext,
  'session' | 'kernelChanged' | 'disposed' | 'isDisposed'
>;

/**
 * The monitor of whatever kernel a session has.
 */
export class SessionMonitor implements IMonitor {
  constructor(
    private _session: IMonitoredSession,
    private _trans: TranslationBundle,
    private _interval?: () => number
  ) {
    this.reason = stateText(ASKING, _trans);
    _session.disposed.connect(this.dispose, this);
  }

  state: MonitorState = 'connecting';
  reason: string;
  isDisposed = false;
  readonly sampled: Signal<IMonitor, ISample> = new Signal(this);
  readonly stateChanged: Signal<IMonitor, void> = new Signal(this);

  get latest(): ISample | null {
    return this._latest;
  }

  async start(): Promise<void> {
    if (this._started || this.isDisposed) {
      return;
    }
    this._started = true;
    this._session.kernelChanged.connect(this._follow, this);
    await this._follow();
  }

  stop(): void {
    if (!this._started) {
      return;
    }
    this._started = false;
    this._session.kernelChanged.disconnect(this._follow, this);
    this._leave(this.isDisposed ? 'closed' : 'unwatched');
  }

  async refresh(): Promise<void> {
    await this._watch?.refresh();
  }

  checkpointNow(run: string): Promise<ICheckpointAnswer> {
    return this._requests.ask(this._actionKernel(), run);
  }

  act(
    action: MonitorAction,
    args: Record<string, string>
  ): Promise<IActionAnswer> {
    return act(this._actionKernel(), action, args);
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.isDisposed = true;
    this._closed.resolve();
    this.stop();
    this._session.disposed.disconnect(this.dispose, this);
    Signal.clearData(this);
  }

  private _actionKernel(): IActionKernel {
    const closed = this._closed.promise;
    return { watch: this._watch, closed, trans: this._trans };
  }

  private async _follow(): Promise<void> {
    this._leave('ended');
    const kernel = this._session.session?.kernel;
    if (!kernel) {
      this._become(NO_KERNEL);
      return;
    }
    const listener: IWatchListener = {
      onState: state => this._become(state),
      onSample: sample => {
        this._latest = sample;
        this._requests.onSample(sample);
        this.sampled.emit(sample);
      }
    };
    this._watch = new KernelWatch(kernel, listener, this._interval);
    await this._watch.connect();
  }

  private _leave(end: End): void {
    this._requests.giveUp(end);
    this._watch?.dispose();
    this._watch = null;
    this._latest = null;
  }

  private _become(state: WatchState): void {
    const isOver =
      state.kind === 'gone' ||
      (state.kind === 'connecting' && state.reason === 'restarting');
    if (this._latest && isOver) {
      // What its machine was like stays worth a look; nothing in it is alive.
      this._requests.giveUp('ended');
      this._latest = afterEnd(this._latest);
    }
    const reason = stateText(state, this._trans);
    if (state.kind !== this.state || reason !== this.reason) {
      this.state = state.kind;
      this.reason = reason;
      this.stateChanged.emit();
    }
  }

  private _watch: KernelWatch | null = null;
  private _requests = new CheckpointRequests();
  private _latest: ISample | null = null;
  private _closed = new PromiseDelegate<void>();
  private _started = false;
}

/**
 * Watch the kernel of a session. Does nothing before `start`.
 *
 * @param interval - Seconds between samples that the user wants. Looked at
 * whenever the kernel is asked something.
 */
export function createMonitor(
  sessionContext: ISessionContext,
  trans: TranslationBundle = nullTranslator.load(''),
  interval?: () => number
): IMonitor {
  return new SessionMonitor(sessionContext, trans, interval);
}
