import accelerator from '../../runtime_kit/snippets/engines/accelerator.py';
import checkpoint from '../../runtime_kit/snippets/engines/checkpoint.py';
import drive from '../../runtime_kit/snippets/engines/drive.py';
import gpu from '../../runtime_kit/snippets/engines/gpu.py';
import install from '../../runtime_kit/snippets/engines/install.py';
import runs from '../../runtime_kit/snippets/engines/runs.py';

import { version } from '../../package.json';

/**
 * The code that standalone snippets share, by name: the files of
 * runtime_kit/snippets/engines. A test fails where one is missing.
 */
export const ENGINES: Readonly<Record<string, string>> = {
  accelerator,
  checkpoint,
  drive,
  gpu,
  install,
  runs
};

/** The line of a built-in snippet that asks for an engine. */
const MARKER = /^# %% engine: ([a-z-]+)$/gm;

/**
 * Put the code of each engine below the `# %% engine: NAME` line that asks for
 * it.
 *
 * @throws Error for an engine that is none.
 */
export function putEngines(text: string): string {
  return text.replace(MARKER, (marker, name: string) => {
    if (!(name in ENGINES)) {
      throw new Error(`There is no engine "${name}".`);
    }
    const code = ENGINES[name].replaceAll('RUNTIME_KIT_VERSION', version);
    return `${marker}\n${code}`;
  });
}
