import type { Attempts } from './attempts';
import type { MonitorState } from './monitor';
import type { Reply } from './monitorProtocol';
import type { ISample } from './sample';

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
  | 'silent'
  | 'failed';

/** Who hears of the kernel. */
export interface IWatchListener {
  onState(state: MonitorState, reason: Reason, detail: string): void;
  onSample(sample: ISample): void;
}

/** A state with its reason and perhaps a detail of it. */
export type WatchState = readonly [MonitorState, Reason, string?];

export const ASKING: WatchState = ['connecting', 'asking'];
export const DISCONNECTED: WatchState = ['connecting', 'disconnected'];
export const UNREACHABLE: WatchState = ['busy-unreachable', 'busy'];
export const SILENT: WatchState = ['unavailable', 'silent'];
const RESTARTING: WatchState = ['connecting', 'restarting'];
const GONE: WatchState = ['gone', 'dead'];

/** Where a monitor stands with a process that has ended; null: it has not. */
export function ended(status: string): WatchState | null {
  switch (status) {
    case 'dead':
    case 'terminating':
      return GONE;
    case 'restarting':
    case 'autorestarting':
      return RESTARTING;
    default:
      return null;
  }
}

/** Where a monitor stands after a question that brought no value. */
export function watchState(
  reply: Exclude<Reply, { kind: 'value' }>,
  status: string,
  { areEnough }: Attempts
): WatchState {
  // It may have ended over the question.
  const over = ended(status);
  if (over || reply.kind === 'gone') {
    return over ?? GONE;
  }
  if (reply.kind === 'error') {
    return ['unavailable', 'failed', reply.message];
  }
  return status === 'busy' ? UNREACHABLE : areEnough ? SILENT : ASKING;
}
