import guard from '../../../runtime_kit/_os/trusted_imports.py';
import call from '../../../runtime_kit/frontend/call.py';

import { toPythonLiteral } from '../../snippets/format/literal';

/** The module name that carried code sees. */
const NAME = 'runtime_kit_carried';

/**
 * Write one Python expression that runs `source` in a fresh namespace, calls a
 * function of it and has its result as value. Good as silent code and as user
 * expression: it binds no name, it works whatever names the user rebound, and it
 * imports nothing from the notebook's folder.
 *
 * @param source - The text of a file of `runtime_kit/frontend`, or of several
 * that are run one after another in the same namespace.
 * @param functionName - A function of theirs.
 * @param args - Its arguments: anything that JSON can hold.
 * @throws TypeError for an argument that has no Python literal.
 */
export function injectedCall(
  source: string | readonly string[],
  functionName: string,
  args: readonly unknown[]
): string {
  const sources = typeof source === 'string' ? [source] : source;
  const literals = [sources, NAME, functionName, args, guard].map(
    toPythonLiteral
  );
  return `(${call}\n)(${literals.join(', ')})`;
}
