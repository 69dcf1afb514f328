import source from '../../../runtime_kit/frontend/training_objects.py';

import type { ICandidate } from '../../snippets/parameters/suggest';
import { injectedCall } from '../transport/injectedCall';
import { evaluate, IEvaluatingKernel, jsonOf } from '../transport/evaluate';

/**
 * What a kernel told about the user's namespace.
 */
export interface INamespaceReport {
  objects: ICandidate[];
  /** Those of the names and parameters asked about that hold something of the user's. */
  taken: string[];
  /** Whether `import runtime_kit` would work. */
  runtimeKit: boolean;
}

/** At most so many objects are named. */
const LIMIT = 50;

/**
 * Ask a kernel which objects are there that a checkpoint could hold.
 *
 * @param names - Names that new cells would bind.
 * @param parameters - Names of their parameters.
 * @param timeout - Milliseconds; a kernel that is busy for longer is not asked.
 * @returns null where there is no answer, for whatever reason: the caller goes
 * on with defaults.
 */
export async function askNamespace(
  kernel: IEvaluatingKernel,
  timeout: number,
  names: readonly string[] = [],
  parameters: readonly string[] = []
): Promise<INamespaceReport | null> {
  const expression = injectedCall(source, 'report', [LIMIT, names, parameters]);
  const report = jsonOf(await evaluate(kernel, expression, timeout));
  return (
    report && {
      objects: report.objects,
      taken: report.taken,
      runtimeKit: report.runtime_kit
    }
  );
}
