import type { ISessionContextDialogs } from '@jupyterlab/apputils';
import { NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import type { ITranslator } from '@jupyterlab/translation';

/**
 * Run cells by id, in the notebook's order, through the notebook's own
 * executor (which may be a server-side one).
 *
 * @returns whether all of them ran without an error.
 */
export async function runCells(
  panel: NotebookPanel,
  ids: readonly string[],
  dialogs?: ISessionContextDialogs,
  translator?: ITranslator
): Promise<boolean> {
  const cells = panel.content.widgets.filter(w => ids.includes(w.model.id));
  return NotebookActions.runCells(
    panel.content,
    cells,
    panel.sessionContext,
    dialogs,
    translator
  );
}
