/** Where the watch of a kernel is, as views have to tell it apart. */
export type WatchState =
  /** The kernel is asked for the first time, or again after a restart. */
  | { kind: 'connecting'; reason: 'asking' | 'disconnected' | 'restarting' }
  /** A cell runs and the kernel pushes samples. */
  | { kind: 'live' }
  /** No cell runs; the latest sample is as old as its time says. */
  | { kind: 'idle' }
  /** A cell runs and the kernel cannot be asked before it ends. */
  | { kind: 'busy-unreachable' }
  /** This kernel cannot be watched. */
  | { kind: 'unavailable'; reason: 'silent' | 'language' | 'no-kernel' }
  | { kind: 'unavailable'; reason: 'failed'; message: string }
  /** The kernel has ended. */
  | { kind: 'gone' };

export const ASKING: WatchState = { kind: 'connecting', reason: 'asking' };
export const DISCONNECTED: WatchState = {
  kind: 'connecting',
  reason: 'disconnected'
};
export const UNREACHABLE: WatchState = { kind: 'busy-unreachable' };
export const SILENT: WatchState = { kind: 'unavailable', reason: 'silent' };
export const NOT_PYTHON: WatchState = {
  kind: 'unavailable',
  reason: 'language'
};
export const NO_KERNEL: WatchState = {
  kind: 'unavailable',
  reason: 'no-kernel'
};
export const GONE: WatchState = { kind: 'gone' };
const RESTARTING: WatchState = { kind: 'connecting', reason: 'restarting' };

/** The state that the status of a process that has ended brings; null: it has not. */
export function endOf(status: string): WatchState | null {
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
