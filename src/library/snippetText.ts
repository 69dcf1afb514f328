import type { TranslationBundle } from '@jupyterlab/translation';

import type { ISnippet } from '../snippets';

/** As in scripts/i18n/extract-snippets.mjs. */
const CONTEXT = 'snippet';

/**
 * A built-in snippet with its title and description in the user's language.
 *
 * The texts stand in the snippet's own file, from where the script that
 * extracts messages takes them too. A user's snippet says what its user wrote.
 */
export function inLanguage(
  snippet: ISnippet,
  trans: TranslationBundle
): ISnippet {
  if (!snippet.builtin) {
    return snippet;
  }
  /* eslint-disable jupyter/no-dynamic-translation -- extracted from the files */
  return {
    ...snippet,
    title: trans._p(CONTEXT, snippet.title),
    description: trans._p(CONTEXT, snippet.description)
  };
  /* eslint-enable jupyter/no-dynamic-translation */
}
