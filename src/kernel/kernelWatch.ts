import type { IDisposable } from '@lumino/disposable';

import type { ISample, MonitorState } from './monitor';
import {
  type IMonitoredKernel,
  type IRunEvent,
  MonitorChannel,
  type Push,
  type RawSample,
  type Reply
} from './monitorChannel';
import { mergeSample } from './mergeSample';

/** Why a kernel is not watched at the moment; `monitorWords.ts` has the words. */
export type Reason =
  | ''
  | 'asking'
  | 'busy'
  | 'disconnected'
  | 'restarting'
  | 'language'
  | 'no-kernel'
  | 'dead'
  | 'failed';

/** Who hears of the kernel. */
export interface IWatchListener {
  onState(state: MonitorState, reason: Reason, detail: string): void;
  onSample(sample: ISample): void;
  onEvent(event: IRunEvent): void;
}

/** Milliseconds after a cell's end until a sample is asked for. */
const SETTLE = 300;

/**
 * Watches one kernel connection through restarts and lost connections.
 *
 * It asks an idle kernel only, at most once after each cell; while a cell runs
 * the kernel sends by itself.
 */
export class KernelWatch implements IDisposable {
  constructor(kernel: IMonitoredKernel, listener: IWatchListener) {
    this._kernel = kernel;
    this._listener = listener;
    this._channel = new MonitorChannel(kernel, this._onPush.bind(this));
    kernel.statusChanged.connect(this._onStatus, this);
    kernel.connectionStatusChanged.connect(this._onConnection, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get channel(): MonitorChannel {
    return this._channel;
  }

  /** A cell runs: the kernel can be asked beside it only. */
  get isBusy(): boolean {
    return this._kernel.status === 'busy' || this._state === 'live';
  }

  /** Make the kernel's monitor ready, now or as soon as the kernel can be asked. */
  async connect(): Promise<void> {
    const { status } = this._kernel;
    if (this._isDisposed || this._connected || this._asking) {
      return;
    }
    if (status === 'dead' || status === 'terminating') {
      this._tell('gone', 'dead');
      return;
    }
    const beside = status === 'busy';
    if (beside && (!this._kernel.supportsSubshells || this._triedBeside)) {
      this._tell('busy-unreachable', 'busy');
      return;
    }
    if (status !== 'idle' && !beside) {
      this._tell('connecting', 'asking');
      return;
    }
    this._asking = true;
    this._triedBeside = beside;
    this._tell('connecting', 'asking');
    try {
      const info = await this._kernel.info;
      if (!/^i?python/i.test(info.language_info?.name ?? '')) {
        this._tell('unavailable', 'language');
        return;
      }
      this._take(await this._channel.connect(beside));
    } catch (reason) {
      // The connection was closed before the kernel said who it is.
    } finally {
      this._asking = false;
    }
    if (!this._connected && this._kernel.status === 'idle' && this._again) {
      this._again = false;
      await this.connect();
    }
  }

  /** One sample on demand; does nothing while a cell runs. */
  async refresh(): Promise<void> {
    if (!this._connected) {
      return this.connect();
    }
    if (this._asking || this._kernel.status !== 'idle') {
      return;
    }
    this._asking = true;
    try {
      this._take(await this._channel.ask('refresh', [this._channel.client]));
    } finally {
      this._asking = false;
    }
  }

  /** Let the kernel stop, at once or when its cell has ended. */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    window.clearTimeout(this._timer);
    const { _kernel: kernel, _channel: channel } = this;
    kernel.statusChanged.disconnect(this._onStatus, this);
    kernel.connectionStatusChanged.disconnect(this._onConnection, this);
    const leave = (): void => {
      if (kernel.status === 'idle' || kernel.status === 'dead') {
        kernel.statusChanged.disconnect(leave);
        void channel.ask('disconnect', [channel.client]);
      }
    };
    if (this._connected && !kernel.isDisposed) {
      kernel.statusChanged.connect(leave);
      leave();
    }
    channel.dispose();
  }

  private _take(reply: Reply): void {
    if (this._isDisposed) {
      return;
    }
    if (reply.kind === 'value') {
      this._connected = true;
      this._pushes = reply.value.pushes ?? this._pushes;
      this._onSample(reply.value.sample ?? {});
      return;
    }
    if (reply.kind === 'error') {
      this._tell('unavailable', 'failed', reply.message);
    } else if (reply.kind === 'gone') {
      this._tell('gone', 'dead');
    } else if (this._kernel.status === 'busy') {
      this._tell('busy-unreachable', 'busy');
    } else {
      // Aborted, restarted or late: at the next idle moment once more.
      this._again = reply.kind !== 'timeout';
      this._tell('connecting', 'asking');
    }
  }

  private _onSample(raw: RawSample): void {
    this._latest = mergeSample(raw, this._latest);
    this._tell(this._latest.busy ? 'live' : 'idle', '');
    this._listener.onSample(this._latest);
  }

  private _onPush(push: Push): void {
    if (push.kind === 'event') {
      this._listener.onEvent(push.event);
      return;
    }
    // Also of a kernel that another page made ready, and that is busy since.
    this._onSample(push.sample);
  }

  private _onStatus(): void {
    const { status } = this._kernel;
    window.clearTimeout(this._timer);
    if (status === 'restarting' || status === 'autorestarting') {
      this._connected = false;
      this._triedBeside = false;
      this._latest = null;
      this._tell('connecting', 'restarting');
    } else if (status === 'dead' || status === 'terminating') {
      this._connected = false;
      this._tell('gone', 'dead');
    } else if (status === 'unknown') {
      this._tell('connecting', 'disconnected');
    } else if (status === 'busy' && this._connected && !this._pushes) {
      this._timer = window.setTimeout(
        () => this._tell('busy-unreachable', 'busy'),
        SETTLE
      );
    } else if (status === 'idle') {
      this._triedBeside = false;
      if (!this._connected) {
        void this.connect();
      } else if (this._state !== 'idle') {
        this._timer = window.setTimeout(() => void this.refresh(), SETTLE);
      }
    }
  }

  private _onConnection(): void {
    if (this._kernel.connectionStatus !== 'connected') {
      this._tell('connecting', 'disconnected');
      return;
    }
    // The kernel may be another process behind the same id.
    this._connected = false;
    void this.connect();
  }

  private _tell(state: MonitorState, reason: Reason, detail = ''): void {
    if (!this._isDisposed) {
      this._state = state;
      this._listener.onState(state, reason, detail);
    }
  }

  private _kernel: IMonitoredKernel;
  private _listener: IWatchListener;
  private _channel: MonitorChannel;
  private _latest: ISample | null = null;
  private _state: MonitorState = 'connecting';
  private _connected = false;
  private _pushes = true;
  private _asking = false;
  private _again = false;
  private _triedBeside = false;
  private _timer = 0;
  private _isDisposed = false;
}
