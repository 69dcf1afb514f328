import type { SnippetLibrary } from './snippetLibrary';
import type { ISnippet } from '../snippets/format/types';

/*
 * The parser, its YAML reader and the built-in texts are one lazy chunk: what
 * runs at start-up imports this file and, from the others here, types only.
 */

/**
 * Load the library, with the built-in snippets in it.
 *
 * @param present - How a built-in one is shown to the user.
 */
export async function loadLibrary(
  present?: (snippet: ISnippet) => ISnippet
): Promise<SnippetLibrary> {
  const { createLibrary } = await import('./builtins');
  return createLibrary(present);
}
