import type { IDisposable } from '@lumino/disposable';

import { readAnswer, silentRequest } from '../transport/evaluate';
import {
  MonitorChannel,
  type IMonitoredKernel,
  speaksPython
} from './monitorChannel';
import type { ISample } from './sample';
import {
  type Command,
  type IFacts,
  isAsking,
  type IWatch,
  START,
  step,
  type WatchEvent
} from './watchMachine';
import type { WatchState } from './watchState';

const WAKING = 20_000; // milliseconds for a process to start

/** Who hears of the kernel. */
export interface IWatchListener {
  onState(state: WatchState): void;
  onSample(sample: ISample): void;
}

/**
 * Watches one kernel connection: hands what happens to `step`, and does what that
 * says. All that is known is in `_watch`.
 */
export class KernelWatch implements IDisposable {
  constructor(
    private _kernel: IMonitoredKernel,
    private _listener: IWatchListener,
    interval?: () => number
  ) {
    this.channel = new MonitorChannel(
      _kernel,
      sample => void this._handle({ is: 'pushed', sample }),
      interval
    );
    _kernel.statusChanged.connect(this._onStatus, this);
    _kernel.connectionStatusChanged.connect(this._onConnection, this);
  }

  readonly channel: MonitorChannel;
  isDisposed = false;

  /** A cell runs: the kernel can be asked over a subshell only. */
  get isBusy(): boolean {
    const isBusy = this._kernel.status === 'busy';
    return this.channel.cells.any === false
      ? isBusy && !isAsking(this._watch)
      : isBusy || this._watch.state.kind === 'live';
  }

  /** Make the kernel's monitor ready, now or as soon as the kernel can be asked. */
  async connect(): Promise<void> {
    await this._handle({ is: 'connect' });
  }

  /** One sample on demand; does nothing while a cell runs. */
  async refresh(): Promise<void> {
    await this._handle({ is: 'refresh', fresh: true });
  }

  /** Let the kernel stop, at once or when its cell has ended. */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.isDisposed = true;
    window.clearTimeout(this._timer);
    this._kernel.statusChanged.disconnect(this._onStatus, this);
    this._kernel.connectionStatusChanged.disconnect(this._onConnection, this);
    this.channel.leaveWhenIdle();
    this.channel.dispose();
  }

  private async _handle(event: WatchEvent): Promise<void> {
    if (this.isDisposed) {
      return;
    }
    const before = this._watch;
    const [watch, command] = step(before, event, this._facts());
    this._watch = watch;
    if (watch.wait !== before.wait) {
      this._setTimer(watch);
    }
    if (watch.state !== before.state) {
      this._listener.onState(watch.state);
    }
    if (watch.latest && watch.latest !== before.latest && !this.isDisposed) {
      this._listener.onSample(watch.latest);
    }
    if (command && !this.isDisposed) {
      await this._handle(await this._send(command));
    }
  }

  private async _send(command: Command): Promise<WatchEvent> {
    switch (command.do) {
      case 'connect':
        return this._connect();
      case 'refresh':
        return {
          is: 'answered',
          reply: await this.channel.refresh(command.fresh)
        };
      case 'probe':
        return {
          is: 'probed',
          probe: command.probe,
          isHeard: await this._probe()
        };
    }
  }

  private async _connect(): Promise<WatchEvent> {
    const speaks = await speaksPython(this._kernel);
    if (speaks === false) {
      return { is: 'not-python' };
    }
    // The view may have gone before the kernel said who it is.
    return speaks && !this.isDisposed
      ? { is: 'answered', reply: await this.channel.connect() }
      : { is: 'not-asked' };
  }

  /**
   * Have a kernel that says nothing say that it is idle, by a request that does
   * nothing. After a crash JupyterLab asks the new process only who it is, and
   * does not count what it says of its status over that; and what it says before
   * the connection to it stands is heard by nobody.
   */
  private async _probe(): Promise<boolean> {
    try {
      const future = this._kernel.requestExecute(silentRequest('None'));
      return (await readAnswer(future, WAKING)).kind !== 'timeout';
    } catch (reason) {
      // The connection was closed in this moment, of which an event tells.
      return true;
    }
  }

  private _setTimer({ wait }: IWatch): void {
    window.clearTimeout(this._timer);
    if (wait) {
      const over = (): void => void this._handle({ is: 'waited' });
      this._timer = window.setTimeout(over, wait.milliseconds);
    }
  }

  private _facts(): IFacts {
    const { connectionStatus, isDisposed, status } = this._kernel;
    const { isStale, settling } = this.channel;
    const isConnected = !isDisposed && connectionStatus === 'connected';
    return { status, isConnected, isStale, settling };
  }

  private _onStatus(): void {
    void this._handle({ is: 'status' });
  }

  private _onConnection(): void {
    this.channel.cells.forget();
    void this._handle({ is: 'connection' });
  }

  private _watch: IWatch = START;
  private _timer = 0;
}
