import type { NotebookPanel } from '@jupyterlab/notebook';

import { editObstacle, notebookLanguage } from '../notebook';
import type { Notices } from './notices';
import type { SnippetLibrary } from '../library/snippetLibrary';
import type { ISnippet } from '../snippets';

/*
 * What can stand in the way of an insertion. Each of these says so to the user.
 */

export function isEditable(panel: NotebookPanel, notices: Notices): boolean {
  const obstacle = editObstacle(panel);
  if (obstacle === 'read-only') {
    notices.readOnly(panel.title.label);
  } else if (obstacle === 'loading') {
    notices.loading();
  }
  return obstacle === null;
}

export function findSnippet(
  library: SnippetLibrary,
  id: string,
  notices: Notices
): ISnippet | null {
  try {
    return library.require(id);
  } catch (error) {
    notices.failed(error);
    return null;
  }
}

/**
 * A notebook whose language nobody knows yet gets what it asks for.
 */
export function fitsLanguage(
  panel: NotebookPanel,
  snippet: ISnippet,
  notices: Notices
): boolean {
  const language = notebookLanguage(panel);
  const fits =
    !language ||
    snippet.languages.length === 0 ||
    snippet.languages.some(name => name.toLowerCase() === language);
  if (!fits) {
    const wanted = snippet.languages.map(capitalized).join(' / ');
    if (panel.sessionContext.session?.kernel) {
      notices.otherLanguage(snippet.title, language, wanted);
    } else {
      notices.noKernel(snippet.title, wanted);
    }
  }
  return fits;
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
