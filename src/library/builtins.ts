import { version } from '../../package.json';
import engines from '../../runtime_kit/snippets/engines/engines.files';
import builtins from '../../runtime_kit/snippets/snippets.files';
import { SnippetLibrary } from './snippetLibrary';
import { parseSnippet } from '../snippets/format/parse';
import type { ISnippet } from '../snippets/format/types';

/**
 * The code that standalone snippets share, by name: the files of
 * runtime_kit/snippets/engines.
 */
export const ENGINES: Readonly<Record<string, string>> = engines;

/** The line of a built-in snippet that asks for an engine. */
const MARKER = /^# %% engine: ([a-z-]+)$/gm;

/**
 * Put the code of each engine below the `# %% engine: NAME` line that asks for
 * it.
 *
 * @throws Error for an engine that is none.
 */
function putEngines(text: string): string {
  return text.replace(MARKER, (marker, name: string) => {
    if (!(name in ENGINES)) {
      throw new Error(`There is no engine "${name}".`);
    }
    const code = ENGINES[name].replaceAll('RUNTIME_KIT_VERSION', version);
    return `${marker}\n${code}`;
  });
}

const LIBRARY = '.library';

/**
 * The text of each file in runtime_kit/snippets, by the name of the file
 * without `.py`.
 */
export const BUILTIN_TEXTS: Readonly<Record<string, string>> = builtins;

/** The text of a built-in snippet with its engines in it. */
export function builtinText(name: string): string | undefined {
  return Object.prototype.hasOwnProperty.call(BUILTIN_TEXTS, name)
    ? putEngines(BUILTIN_TEXTS[name])
    : undefined;
}

/**
 * Parse the built-in snippets.
 *
 * @throws SnippetError
 */
export function parseBuiltins(
  texts: Readonly<Record<string, string>> = BUILTIN_TEXTS
): ISnippet[] {
  return Object.entries(texts).map(([name, text]) => {
    const isLibrary = name.endsWith(LIBRARY);
    return parseSnippet(putEngines(text), {
      id: isLibrary ? name.slice(0, -LIBRARY.length) : name,
      builtin: true,
      form: isLibrary ? 'library' : 'standalone'
    });
  });
}

/**
 * A library with the built-in snippets in it.
 *
 * @param present - How each is shown to the user: by default as written.
 */
export function createLibrary(
  present: (snippet: ISnippet) => ISnippet = snippet => snippet
): SnippetLibrary {
  return new SnippetLibrary(parseBuiltins().map(present));
}
