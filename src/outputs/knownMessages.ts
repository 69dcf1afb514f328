import type { KernelMessage } from '@jupyterlab/services';

/** As many of an execution's newest messages the server names. */
const RECENT = 64;

/**
 * Tells a message that the journal had when it was read from a new one.
 *
 * @param recent - Ids and dates of the newest messages in the journal, oldest first.
 */
export function knownMessages(
  recent: readonly (readonly [string, string])[]
): (header: KernelMessage.IHeader) => boolean {
  const ids = new Set(recent.map(([id]) => id));
  const oldest = recent.length < RECENT ? null : timeOf(recent[0][1]);
  return ({ msg_id, date }) => {
    if (ids.has(msg_id) || !oldest) {
      return ids.has(msg_id);
    }
    const time = timeOf(date);
    return (
      time !== null &&
      (time[0] < oldest[0] || (time[0] === oldest[0] && time[1] < oldest[1]))
    );
  };
}

/** Whole seconds and the fraction: JavaScript's own dates end at milliseconds. */
function timeOf(date: string): [number, number] | null {
  const parts = /^(.*?)(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/.exec(date);
  const seconds = parts ? Date.parse(parts[1] + (parts[3] ?? '')) : NaN;
  return Number.isNaN(seconds) ? null : [seconds, Number(parts![2] ?? 0)];
}
