import source from '../../../runtime_kit/frontend/requirements.py';
import platform from '../../../runtime_kit/platform.py';

import { readPythonLiteral } from '../../snippets/format/readliteral';
import { injectedCall } from '../transport/injectedCall';
import { evaluate, IEvaluatingKernel } from '../transport/evaluate';

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
  const answer = await evaluate(kernel, expression, PATIENCE);
  if (answer.kind !== 'value') {
    return null;
  }
  try {
    const report = JSON.parse(readPythonLiteral(answer.text) as string);
    return new Set<string>(report.met);
  } catch (reason) {
    console.warn('Runtime kit: the kernel gave no readable report.', reason);
    return null;
  }
}
