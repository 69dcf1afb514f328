import texts from '../../runtime_kit/snippets/snippets.files';

import { putEngines } from './engines';
import { SnippetLibrary } from './snippetLibrary';
import { parseSnippet } from '../snippets/format/parse';
import type { ISnippet } from '../snippets/format/types';

const LIBRARY = '.library';

/**
 * The text of each file in runtime_kit/snippets, by the name of the file
 * without `.py`.
 */
export const BUILTIN_TEXTS: Readonly<Record<string, string>> = texts;

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
