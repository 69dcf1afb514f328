import type { IDisposable } from '@lumino/disposable';

import { hasProblems, mergeSample } from './mergeSample';
import type { ISample, MonitorState } from './monitor';
import {
  type IMonitoredKernel,
  leaveWhenIdle,
  MonitorChannel,
  type RawSample,
  type Reply,
  speaksPython
} from './monitorChannel';
import {
  ASKING,
  type IWatchListener,
  type Reason,
  standing,
  UNREACHABLE
} from './standing';

const ENOUGH = 3; // failures in a row; then only the user asks, or a restart does
const SETTLE = 300; // milliseconds until a busy kernel is called so
const LATER = 3000; // until a driver or mount that is slow at first has answered

/**
 * Watches one kernel connection through restarts and lost connections. It asks
 * an idle kernel only, at most once after each cell; while a cell runs the
 * kernel sends by itself.
 */
export class KernelWatch implements IDisposable {
  constructor(kernel: IMonitoredKernel, listener: IWatchListener) {
    this._kernel = kernel;
    this._listener = listener;
    this.channel = new MonitorChannel(kernel, this._onSample.bind(this));
    kernel.statusChanged.connect(this._onStatus, this);
    kernel.connectionStatusChanged.connect(this._onConnection, this);
  }

  readonly channel: MonitorChannel;
  isDisposed = false;

  /** A cell runs: the kernel can be asked beside it only. */
  get isBusy(): boolean {
    return this._kernel.status === 'busy' || this._state === 'live';
  }

  /** Make the kernel's monitor ready, now or as soon as the kernel can be asked. */
  async connect(): Promise<void> {
    const { status } = this._kernel;
    if (this.isDisposed || this._connected || this._asking) {
      return;
    } else if (status === 'dead' || status === 'terminating') {
      return this._tell('gone', 'dead');
    }
    const beside = status === 'busy';
    if (beside && (!this._kernel.supportsSubshells || this._triedBeside)) {
      return this._tell(...UNREACHABLE);
    }
    this._tell(...ASKING);
    if (status !== 'idle' && !beside) {
      return;
    }
    this._asking = true;
    this._triedBeside = beside;
    try {
      if (await speaksPython(this._kernel)) {
        this._take(await this.channel.connect(beside));
      } else {
        this._failures = ENOUGH;
        this._tell('unavailable', 'language');
      }
    } catch (reason) {
      // The connection was closed before the kernel said who it is.
    } finally {
      this._asking = false;
    }
  }

  /** One sample on demand; does nothing while a cell runs. */
  async refresh(): Promise<void> {
    if (!this._connected) {
      return this.connect();
    } else if (this._asking || this._kernel.status !== 'idle') {
      return;
    }
    this._asking = true;
    try {
      this._take(await this.channel.ask('refresh', [this.channel.client]));
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
    window.clearTimeout(this._timer);
    const { _kernel: kernel, channel } = this;
    kernel.statusChanged.disconnect(this._onStatus, this);
    kernel.connectionStatusChanged.disconnect(this._onConnection, this);
    if (this._connected && !kernel.isDisposed) {
      leaveWhenIdle(kernel, channel);
    }
    channel.dispose();
  }

  private _take(reply: Reply): void {
    if (this.isDisposed) {
      return;
    }
    if (reply.kind === 'value') {
      this._connected = true;
      this._pushes = reply.value.pushes ?? this._pushes;
      this._onSample(reply.value.sample ?? {});
      if (!this._hasAskedAgain && hasProblems(this._latest)) {
        this._hasAskedAgain = true;
        this._askIn(LATER);
      }
      return;
    }
    if (reply.kind === 'aborted' || reply.kind === 'restarted') {
      this._askIn(SETTLE);
    } else {
      this._failures++;
    }
    this._tell(...standing(reply, this._kernel.status === 'busy'));
  }

  private _askIn(time: number): void {
    this._timer = window.setTimeout(() => void this.refresh(), time);
  }

  private _onSample(raw: RawSample): void {
    this._failures = 0;
    this._latest = mergeSample(raw, this._latest);
    this._tell(this._latest.busy ? 'live' : 'idle', '');
    this._listener.onSample(this._latest);
  }

  private _onStatus(): void {
    const { status } = this._kernel;
    window.clearTimeout(this._timer);
    if (status === 'restarting' || status === 'autorestarting') {
      this._connected = false;
      this._triedBeside = false;
      this._failures = 0;
      this._latest = null;
      this._tell('connecting', 'restarting');
    } else if (status === 'dead' || status === 'terminating') {
      this._connected = false;
      this._tell('gone', 'dead');
    } else if (status === 'unknown') {
      this._tell('connecting', 'disconnected');
    } else if (status === 'busy' && this._connected && !this._pushes) {
      this._timer = window.setTimeout(() => this._tell(...UNREACHABLE), SETTLE);
    } else if (status === 'idle') {
      this._triedBeside = false;
      // A question ends so too: one that fails must not cause the next.
      if (this._asking || this._failures >= ENOUGH) {
        return;
      } else if (!this._connected) {
        void this.connect();
      } else if (this._state !== 'idle') {
        this._askIn(this.channel.settling);
      }
    }
  }

  private _onConnection(): void {
    if (this._kernel.connectionStatus !== 'connected') {
      return this._tell('connecting', 'disconnected');
    }
    // The kernel may be another process behind the same id.
    this._connected = false;
    this._failures = 0;
    void this.connect();
  }

  private _tell(state: MonitorState, reason: Reason, detail = ''): void {
    if (!this.isDisposed) {
      this._state = state;
      this._listener.onState(state, reason, detail);
    }
  }

  private _kernel: IMonitoredKernel;
  private _listener: IWatchListener;
  private _latest: ISample | null = null;
  private _state: MonitorState = 'connecting';
  private _connected = false;
  private _pushes = true;
  private _asking = false;
  private _failures = 0;
  private _triedBeside = false;
  private _hasAskedAgain = false;
  private _timer = 0;
}
