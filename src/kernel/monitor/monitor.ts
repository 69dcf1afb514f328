import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type { ISample } from './sample';
import type { WatchState } from './watchState';

export type { IDevice, IRun, ISample } from './sample';

/** How a monitor stands with its kernel. */
export type MonitorState = WatchState['kind'];

/** What became of a request. `text` is one plain sentence for the user. */
export interface IActionAnswer {
  /** null: nobody hears of it any more, but it may be done. */
  ok: boolean | null;
  text: string;
}

/** `step` is the committed step that confirms it. */
export interface ICheckpointAnswer extends IActionAnswer {
  step: number | null;
}

export type MonitorAction =
  'verify' | 'export' | 'delete' | 'flush' | 'remount';

/**
 * Follows the kernel of one session, through restarts and changes of kernel.
 * Nothing of it throws or rejects: what is not known is in `state` and `reason`.
 */
export interface IMonitor extends IDisposable {
  readonly latest: ISample | null;
  readonly sampled: ISignal<IMonitor, ISample>;
  readonly state: MonitorState;
  /** One plain sentence for the states that are not `live` or `idle`. */
  readonly reason: string;
  readonly stateChanged: ISignal<IMonitor, void>;
  /** A view shows it. Several calls are as one. */
  start(): Promise<void>;
  /** No view shows it any more: the kernel stops sampling. */
  stop(): void;
  /** One sample on demand, of a kernel that is idle. */
  refresh(): Promise<void>;
  /**
   * Save a run that is alive in the kernel. Resolves when a step is committed.
   *
   * @param run - The run's folder; its name where that is unique.
   */
  checkpointNow(run: string): Promise<ICheckpointAnswer>;
  /**
   * Do something with a run or the storage. `args`: `folder` of a run, `step`
   * (a number, `last`; for `delete`, without it the whole run), `out` (a path).
   */
  act(
    action: MonitorAction,
    args: Record<string, string>
  ): Promise<IActionAnswer>;
}
