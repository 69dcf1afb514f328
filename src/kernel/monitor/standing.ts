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
export type Standing = readonly [MonitorState, Reason, string?];

export const ASKING: Standing = ['connecting', 'asking'];
export const DISCONNECTED: Standing = ['connecting', 'disconnected'];
export const UNREACHABLE: Standing = ['busy-unreachable', 'busy'];
export const SILENT: Standing = ['unavailable', 'silent'];
const RESTARTING: Standing = ['connecting', 'restarting'];
const GONE: Standing = ['gone', 'dead'];

/** Where a monitor stands with a process that has ended; null: it has not. */
export function ended(status: string): Standing | null {
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
export function standing(
  reply: Exclude<Reply, { kind: 'value' }>,
  status: string,
  { areEnough }: Attempts
): Standing {
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
