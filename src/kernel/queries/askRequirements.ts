import source from '../../../runtime_kit/frontend/requirements.py';
import platform from '../../../runtime_kit/platform.py';

import { injectedCall } from '../transport/injectedCall';
import { evaluate, IEvaluatingKernel, jsonOf } from '../transport/evaluate';

/** Milliseconds for waiting and answering together. */
const PATIENCE = 3000;

/**
 * Ask a kernel which of these requirements are met.
 *
 * @returns null where it is not idle or gave no answer: nothing is known then.
 */
export async function askRequirements(
  kernel: IEvaluatingKernel,
  requirements: readonly string[]
): Promise<ReadonlySet<string> | null> {
  if (kernel.status !== 'idle') {
    return null;
  }
  const expression = injectedCall(source, 'report', [requirements, platform]);
  const report = jsonOf(await evaluate(kernel, expression, PATIENCE));
  return report && new Set<string>(report.met);
}
