import texts from '../../runtime_kit/snippets/engines/engines.files';

import { version } from '../../package.json';

/**
 * The code that standalone snippets share, by name: the files of
 * runtime_kit/snippets/engines.
 */
export const ENGINES: Readonly<Record<string, string>> = texts;

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
