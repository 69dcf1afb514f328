import type { IExecution } from './journalClient';

/** What is known of a cell before anything is restored. */
export interface ICellState {
  readonly id: string;
  readonly count: number | null;
  /** Number of outputs. */
  readonly outputs: number;
  /** Message id of the request that this page sent for it last. */
  readonly request: string | null;
}

/** What to do with one cell. */
export interface IRestoreStep {
  readonly kernel: string;
  readonly execution: IExecution;
  /** `follow`: it still runs or waits; `restore`: it is over. */
  readonly kind: 'follow' | 'restore';
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
 * it was over, the file is newer: whoever saved it had these outputs, or had
 * cleared them.
 *
 * @param cells - The notebook's code cells.
 * @param kernels - What the journals hold.
 * @param saved - When the notebook was saved last, in seconds since 1970.
 */
export function planRestore(
  cells: readonly ICellState[],
  kernels: readonly IKernelExecutions[],
  saved: number
): IRestoreStep[] {
  const newest = new Map<string, IRestoreStep>();
  for (const { kernel, current, idle, executions } of kernels) {
    for (const execution of executions) {
      const known = execution.cell && newest.get(execution.cell);
      if (
        !execution.cell ||
        (known && timeOf(known.execution) > timeOf(execution))
      ) {
        continue;
      }
      const open =
        execution.state === 'queued' || execution.state === 'running';
      if (open && (!current || idle)) {
        continue;
      }
      const kind = open ? 'follow' : 'restore';
      newest.set(execution.cell, { kernel, execution, kind });
    }
  }
  const steps: IRestoreStep[] = [];
  for (const cell of cells) {
    const step = newest.get(cell.id);
    if (step && isWanted(step, cell, saved)) {
      steps.push(step);
    }
  }
  return steps;
}

function isWanted(
  { execution, kind }: IRestoreStep,
  cell: ICellState,
  saved: number
): boolean {
  if (cell.request !== null) {
    // What this page runs, or ran last, it has received itself.
    return false;
  }
  if (kind === 'follow') {
    return true;
  }
  if (execution.state === 'aborted') {
    // It never began: what the cell shows is from before.
    return false;
  }
  return (execution.finished ?? 0) >= saved;
}

function timeOf(execution: IExecution): number {
  return execution.started ?? execution.queued ?? 0;
}
