/*
 * Room completion: Snippets in the completer of code cells.
 * May import tokens.ts, insert, library, notebook, snippets, ui.
 */

import type { CompletionHandler } from '@jupyterlab/completer';

import type { SnippetLibrary } from '../library/snippetLibrary';
import type { ISnippet } from '../snippets';
import { suitsLanguage } from '../library/filter';

/** What users type in front of an id, to see all snippets. */
const PREFIX = 'rk-';
/** Without the prefix, so many letters of an id are needed. */
const ENOUGH = 3;

/** What a cell's text is then. */
const COMPLETED = /^(rk-)?([a-z0-9-]*)$/;

/**
 * Ends the text of an offer, so that the part that several ids have in common,
 * which the completer inserts by itself, is never one of them.
 */
const END = ' ';

/**
 * The snippets that a cell's text is the beginning of: `rk-`, `rk-gpu`, `gpu-`.
 *
 * @param text - All text of the cell; the cursor is at its end.
 */
export function completionItems(
  library: SnippetLibrary,
  hidden: readonly string[],
  text: string,
  language: string | null
): CompletionHandler.ICompletionItemsReply {
  const match = COMPLETED.exec(text);
  const [, prefix = '', start = ''] = match ?? [];
  const isAsked = match && (prefix || start.length >= ENOUGH);
  const items = library
    .list()
    .filter(snippet => !language || suitsLanguage(snippet, language))
    .filter(({ id }) => isAsked && id.startsWith(start))
    .filter(({ id }) => !hidden.includes(id))
    .map(snippet => ({
      label: prefix + snippet.id,
      insertText: prefix + snippet.id + END,
      type: 'snippet',
      documentation: preview(snippet)
    }));
  return { start: 0, end: text.length, items };
}

/** Whether snippets can be offered for a cell's text. */
export function mayComplete(text: string): boolean {
  return COMPLETED.test(text);
}

/** The snippet whose offer is all that a cell holds. */
export function acceptedSnippet(
  library: SnippetLibrary,
  text: string
): string | null {
  const id = text.endsWith(END)
    ? text.slice(text.startsWith(PREFIX) ? PREFIX.length : 0, -END.length)
    : '';
  return library.get(id) ? id : null;
}

/** What would be inserted, below what it is for. */
function preview({ title, description, cells }: ISnippet): string {
  return [title, description, ...cells.map(({ source }) => `\n${source}`)].join(
    '\n'
  );
}
