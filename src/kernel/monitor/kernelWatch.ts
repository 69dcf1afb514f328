import type { IDisposable } from '@lumino/disposable';

import { Timer } from './timer';
import { Attempts } from './attempts';
import { disconnectWhenIdle } from './disconnectWhenIdle';
import { hasProblems, mergeSample } from './mergeSample';
import type { ISample, MonitorState } from './monitor';
import { MonitorChannel } from './monitorChannel';
import { type IMonitoredKernel, speaksPython } from './monitoredKernel';
import type { RawSample, Reply } from './monitorProtocol';
import type { IWatchListener, Reason } from './watchState';
import { ASKING, DISCONNECTED, SILENT, UNREACHABLE } from './watchState';
import { ended, watchState } from './watchState';
import { probeLater } from './idleProbe';

const SETTLE = 300; // milliseconds until a busy kernel is called so
const LATER = 3000; // until a driver or mount that is slow at first has answered

/**
 * Watches one kernel connection through restarts and lost connections. It asks
 * an idle kernel only, at most once after each cell; while a cell runs the
 * kernel sends by itself.
 */
export class KernelWatch implements IDisposable {
  constructor(
    private _kernel: IMonitoredKernel,
    private _listener: IWatchListener,
    interval?: () => number
  ) {
    const onPush = (raw: RawSample): void => this._onSample(raw);
    this.channel = new MonitorChannel(_kernel, onPush, interval);
    _kernel.statusChanged.connect(this._onStatus, this);
    _kernel.connectionStatusChanged.connect(this._onConnection, this);
  }

  readonly channel: MonitorChannel;
  isDisposed = false;

  /** A cell runs: the kernel can be asked over a subshell only. */
  get isBusy(): boolean {
    const isBusy = this._kernel.status === 'busy';
    return this.channel.cells.any === false
      ? isBusy && !this._asking
      : isBusy || this._state === 'live';
  }

  /** Make the kernel's monitor ready, now or as soon as the kernel can be asked. */
  async connect(): Promise<void> {
    const { status } = this._kernel;
    if (this.isDisposed || this._connected || this._asking) {
      return;
    }
    const inSubshell = status === 'busy';
    const alone = !this.channel.reachesSubshell || this._tried.inSubshell;
    const shut = inSubshell && alone ? UNREACHABLE : ended(status);
    this._tell(...(shut ?? ASKING));
    if (shut || (status !== 'idle' && !inSubshell)) {
      return shut ? undefined : this._wake();
    }
    this._asking = true;
    this._tried.inSubshell = inSubshell;
    try {
      const speaks = await speaksPython(this._kernel);
      if (speaks && !this.isDisposed) {
        this._take(await this.channel.connect(inSubshell));
      } else if (speaks === false) {
        this._tried.giveUp();
        this._tell('unavailable', 'language');
      }
    } finally {
      this._asking = false;
    }
  }

  /** One sample on demand; does nothing while a cell runs. */
  async refresh(fresh = false): Promise<void> {
    if (!this._connected) {
      return this.connect();
    } else if (this._asking || this._kernel.status !== 'idle') {
      return;
    }
    this._asking = true;
    try {
      this._take(await this.channel.refresh(fresh));
    } finally {
      this._asking = false;
    }
  }

  /** Let the kernel stop, at once or when its cell has ended. */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.isDisposed = true;
    this._timer.clear();
    this._kernel.statusChanged.disconnect(this._onStatus, this);
    this._kernel.connectionStatusChanged.disconnect(this._onConnection, this);
    this._connected = false;
    disconnectWhenIdle(this._kernel, this.channel);
    this.channel.dispose();
  }

  private _take(reply: Reply): void {
    if (this.isDisposed) {
      return;
    }
    if (reply.kind === 'value') {
      this._connected = true;
      this._pushes = reply.value.pushes ?? this._pushes;
      this._onSample(reply.value.sample ?? {});
      if (!this._tried.again && hasProblems(this._latest)) {
        this._tried.again = true;
        this._askIn(LATER);
      }
      return;
    }
    if (!/aborted|restarted/.test(reply.kind)) {
      this._tried.failed(/timeout|busy/.test(reply.kind));
    }
    // It may be idle since, which went unheard while the question was on its way.
    if (/aborted|timeout/.test(reply.kind) && !this._tried.areEnough) {
      this._askIn(SETTLE);
    }
    this._tell(...watchState(reply, this._kernel.status, this._tried));
  }

  private _wake(): void {
    const giveUp = (): void => this._tell(...SILENT);
    probeLater(this._kernel, this._tried, this._timer, giveUp);
  }

  private _askIn(time: number): void {
    this._timer.set(time, () => void this.refresh());
  }

  private _onSample(raw: RawSample): void {
    this._tried.succeeded();
    this._latest = mergeSample(raw, this._latest);
    this._tell(this._latest.busy ? 'live' : 'idle', '');
    this._listener.onSample(this._latest);
  }

  private _onStatus(_: unknown, status: string): void {
    const over = ended(status);
    this._timer.clear();
    if (over) {
      this._connected = false;
      this._tried.beginAnew();
      this._latest = null;
      this._tell(...over);
    } else if (status === 'unknown') {
      this._tell(...DISCONNECTED);
    } else if (status === 'starting') {
      this._wake();
    } else if (status === 'busy' && this._connected && !this._pushes) {
      this._timer.set(SETTLE, () => this._tell(...UNREACHABLE));
    } else if (status === 'idle') {
      this._tried.inSubshell = false;
      // A question ends so too: one that fails must not cause the next.
      if (this._asking || !this._tried.mayAsk(this.channel.isStale)) {
        return;
      } else if (!this._connected) {
        void this.connect();
      } else if (this._state !== 'idle' || this.channel.isStale) {
        this._askIn(this.channel.settling);
      }
    }
  }

  private _onConnection(): void {
    const { connectionStatus, status } = this._kernel;
    this.channel.cells.forget();
    if (connectionStatus !== 'connected') {
      // A restart makes a new connection, which is no loss.
      return ended(status) ? undefined : this._tell(...DISCONNECTED);
    }
    // The kernel may be another process behind the same id.
    this._connected = false;
    this._tried.beginAnew();
    // One that has just started is busy with saying who it is, not with a cell.
    this._askIn(status === 'busy' ? SETTLE : 0);
  }

  private _tell(state: MonitorState, reason: Reason, detail = ''): void {
    if (!this.isDisposed) {
      this._state = state;
      this._listener.onState(state, reason, detail);
    }
  }

  private _latest: ISample | null = null;
  private _state: MonitorState = 'connecting';
  private _connected = false;
  private _pushes = true;
  private _asking = false;
  private _tried = new Attempts();
  private _timer = new Timer();
}
