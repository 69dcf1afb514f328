import type { IExecution } from './journalClient';

/** What is known of a cell before anything is restored. */
export interface ICellState {
  readonly id: string;
  readonly count: number | null;
  /** Number of outputs. */
  readonly outputs: number;
  /** Message id of the execution that it shows: sent, or restored, by this page. */
  readonly request: string | null;
}

/** What to show in one cell. */
export interface IRestoreStep {
  readonly kernel: string;
  readonly execution: IExecution;
  /**
   * `follow`: it still runs or waits; `restore`: it is over; `extend`: it is over,
   * and the notebook may hold the beginning of its outputs.
   */
  readonly kind: 'follow' | 'restore' | 'extend';
}

/** What a page has received itself, and what it need not look at again. */
export interface IReceived {
  /** Whether this page received all of the execution that its cell shows. */
  isComplete(execution: IExecution, current: boolean): boolean;
  /** Whether it was decided about, and has not changed since. */
  isDecided(execution: IExecution): boolean;
}

/** The executions of one kernel session. */
export interface IKernelExecutions {
  readonly kernel: string;
  /** Whether the notebook is connected to this kernel. */
  readonly current: boolean;
  /** Whether it is known to be idle: then nothing waits there. */
  readonly idle?: boolean;
  readonly executions: readonly IExecution[];
}

/**
 * Decide which executions are shown in which cells.
 *
 * The newest execution of a cell counts. Where the notebook file was saved after
 * it changed last, the file is newer: whoever saved it had these outputs, or had
 * cleared them.
 *
 * @param cells - The notebook's code cells.
 * @param kernels - What the journals hold.
 * @param saved - When the notebook was saved last, in seconds since 1970.
 * @param received - What this page has received itself.
 */
export function planRestore(
  cells: readonly ICellState[],
  kernels: readonly IKernelExecutions[],
  saved: number,
  received: IReceived
): IRestoreStep[] {
  const newest = newestExecutions(kernels);
  const steps: IRestoreStep[] = [];
  for (const cell of cells) {
    const found = newest.get(cell.id);
    const kind = found && kindOf(found, cell, saved, received);
    if (kind) {
      steps.push({ kernel: found.kernel, execution: found.execution, kind });
    }
  }
  return steps;
}

/** The newest execution of each cell that began or still waits. */
export function newestExecutions(
  kernels: readonly IKernelExecutions[]
): Map<string, IFound> {
  const newest = new Map<string, IFound>();
  for (const { kernel, current, idle, executions } of kernels) {
    const isIdle = idle && !executions.some(one => one.state === 'running');
    for (const execution of executions) {
      const { cell, state } = execution;
      const known = cell && newest.get(cell);
      if (!cell || (known && timeOf(known.execution) > timeOf(execution))) {
        continue;
      }
      // What never began leaves what the cell printed before.
      if (state === 'aborted' || (isOpen(execution) && (!current || isIdle))) {
        continue;
      }
      newest.set(cell, { kernel, execution, current });
    }
  }
  return newest;
}

/** Whether an execution runs or waits. */
export function isOpen({ state }: IExecution): boolean {
  return state === 'queued' || state === 'running';
}

interface IFound {
  readonly kernel: string;
  readonly execution: IExecution;
  readonly current: boolean;
}

/** How long saving takes at most, in seconds: what is printed meanwhile is not in the file. */
const SAVING = 2;

function kindOf(
  { execution, current }: IFound,
  cell: ICellState,
  saved: number,
  received: IReceived
): IRestoreStep['kind'] | null {
  const kind = isOpen(execution) ? 'follow' : 'restore';
  if (cell.request !== null) {
    // The page shows what it runs itself; it may have been away meanwhile.
    return cell.request === execution.id &&
      !received.isComplete(execution, current)
      ? kind
      : null;
  }
  if (received.isDecided(execution)) {
    return null;
  }
  if (kind === 'follow' || (execution.finished ?? 0) >= saved - SAVING) {
    return kind;
  }
  if (cell.outputs > 0 && (execution.changed ?? 0) >= saved) {
    // Another cell updated its display, or a thread of it printed.
    return kind;
  }
  // A page that had not received all saves a cell that still seems to run.
  return cell.outputs > 0 && cell.count === null ? 'extend' : null;
}

/** When it was asked for: a cell that is run again while it waits shows the later run. */
function timeOf(execution: IExecution): number {
  return execution.queued ?? execution.started ?? 0;
}
