import type { ISessionContext } from '@jupyterlab/apputils';
import {
  nullTranslator,
  type TranslationBundle
} from '@jupyterlab/translation';
import { PromiseDelegate } from '@lumino/coreutils';
import { type ISignal, Signal } from '@lumino/signaling';

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
export type IMonitoredSession = Pick<
  ISessionContext,
  'session' | 'kernelChanged' | 'disposed' | 'isDisposed'
>;

/**
 * The monitor of whatever kernel a session has.
 */
export class SessionMonitor implements IMonitor {
  constructor(
    session: IMonitoredSession,
    trans: TranslationBundle,
    private _interval?: () => number
  ) {
    this._session = session;
    this._trans = trans;
    this._reason = stateText(ASKING, trans);
    session.disposed.connect(this.dispose, this);
  }

  get latest(): ISample | null {
    return this._latest;
  }

  get sampled(): ISignal<IMonitor, ISample> {
    return this._sampled;
  }

  get state(): MonitorState {
    return this._state;
  }

  get reason(): string {
    return this._reason;
  }

  get stateChanged(): ISignal<IMonitor, void> {
    return this._stateChanged;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  async start(): Promise<void> {
    if (this._started || this._isDisposed) {
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
    this._leave(this._isDisposed ? 'closed' : 'unwatched');
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
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
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
        this._sampled.emit(sample);
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
    if (state.kind !== this._state || reason !== this._reason) {
      this._state = state.kind;
      this._reason = reason;
      this._stateChanged.emit();
    }
  }

  private _session: IMonitoredSession;
  private _trans: TranslationBundle;
  private _watch: KernelWatch | null = null;
  private _requests = new CheckpointRequests();
  private _closed = new PromiseDelegate<void>();
  private _latest: ISample | null = null;
  private _state: MonitorState = 'connecting';
  private _reason: string;
  private _started = false;
  private _isDisposed = false;
  private _sampled = new Signal<IMonitor, ISample>(this);
  private _stateChanged = new Signal<IMonitor, void>(this);
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
