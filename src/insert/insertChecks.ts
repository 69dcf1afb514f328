import type { NotebookPanel } from '@jupyterlab/notebook';

import { editObstacle, notebookLanguage } from '../notebook';
import { suitsLanguage } from '../library/filter';
import type { ISnippet } from '../snippets';

/** Why a snippet cannot be inserted; `Notices.problem` has the words. */
export type InsertProblem =
  | { kind: 'no-notebook' }
  | { kind: 'loading' }
  | { kind: 'read-only'; name: string }
  | { kind: 'other-language'; title: string; language: string; wanted: string }
  /** Only what the file remembers tells the language; it has no kernel. */
  | { kind: 'no-kernel'; title: string; wanted: string }
  /** There is no such snippet, or a value does not fit. */
  | { kind: 'bad-request'; error: unknown };

/** Whether cells of a notebook can be edited now; null: they can. */
export function checkEditable(panel: NotebookPanel): InsertProblem | null {
  switch (editObstacle(panel)) {
    case 'read-only':
      return { kind: 'read-only', name: panel.title.label };
    case 'loading':
      return { kind: 'loading' };
    case null:
      return null;
  }
}

/**
 * Whether a snippet is written for a notebook's language; null: it is. A notebook
 * whose language nobody knows yet gets what it asks for.
 */
export function checkLanguage(
  panel: NotebookPanel,
  snippet: ISnippet
): InsertProblem | null {
  const language = notebookLanguage(panel);
  if (!language || suitsLanguage(snippet, language)) {
    return null;
  }
  const { title } = snippet;
  const wanted = snippet.languages.map(capitalized).join(' / ');
  return panel.sessionContext.session?.kernel
    ? { kind: 'other-language', title, language, wanted }
    : { kind: 'no-kernel', title, wanted };
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
