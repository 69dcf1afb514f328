import source from '../../../runtime_kit/frontend/cell_names.py';

import { injectedCall } from '../transport/injectedCall';
import { evaluate, IEvaluatingKernel, jsonOf } from '../transport/evaluate';

/**
 * What a cell does with names, as the kernel's own Python parses it.
 */
export interface ICellNames {
  /** Names that it gives a value. */
  binds: string[];
  /** Names that it needs from outside. */
  reads: string[];
  /** Names whose objects it may change: `net.to(device)`. */
  touches: string[];
  /** Functions that it calls by name. */
  calls: string[];
  /** Variables whose `epochs`, `batches` or `steps` it goes through. */
  trains: string[];
  /** Functions of it that do so. */
  training_functions: string[];
  /** Names of the runs that it makes. */
  runs: string[];
  /** Its strings that could be names of objects. */
  strings: string[];
}

/**
 * Have an idle kernel parse cells, without running anything of them.
 *
 * @param timeout - Milliseconds; a kernel that is busy for longer is not asked.
 * @returns one entry a cell, null for one that is no Python; null as a whole
 * where there is no answer.
 */
export async function askCellNames(
  kernel: IEvaluatingKernel,
  cells: readonly string[],
  timeout: number
): Promise<(ICellNames | null)[] | null> {
  const expression = injectedCall(source, 'report', [[...cells]]);
  return jsonOf(await evaluate(kernel, expression, timeout));
}
