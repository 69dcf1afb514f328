import type { ISample, MonitorState } from './monitor';
import type { Reply } from './monitorChannel';

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
}

/** A state with its reason and perhaps a detail of it. */
export type Standing = readonly [MonitorState, Reason, string?];

export const ASKING: Standing = ['connecting', 'asking'];
export const UNREACHABLE: Standing = ['busy-unreachable', 'busy'];

/** Where a monitor stands after a question that brought no value. */
export function standing(
  reply: Exclude<Reply, { kind: 'value' }>,
  busy: boolean
): Standing {
  if (reply.kind === 'error') {
    return ['unavailable', 'failed', reply.message];
  }
  if (reply.kind === 'gone') {
    return ['gone', 'dead'];
  }
  return busy ? UNREACHABLE : ASKING;
}
