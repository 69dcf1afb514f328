import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { applyValues } from '../notebook/applyValues';
import { cellField } from './field';
import { FormBody, FormValues } from './FormBody';
import { showForm } from '../ui/formDialog';
import type { Notices } from '../insert/notices';
import { checkEditable } from '../insert/insertChecks';
import { translateMessage } from '../ui/translateMessage';
import type { ICellForm, ParameterValue } from '../snippets';
import { readCellForm } from '../snippets';
import { parameterComments } from '../snippets/parameters/paramcomments';

/**
 * Edit the `@param` lines of a cell in a form: of a cell of ours or of anybody's.
 *
 * @returns whether the cell was changed.
 */
export async function editParameters(
  panel: NotebookPanel,
  cell: Cell,
  notices: Notices,
  trans: TranslationBundle
): Promise<boolean> {
  const obstacle = checkEditable(panel);
  if (obstacle) {
    notices.problem(obstacle);
    return false;
  }
  const form = readCellForm(cell.model.sharedModel.getSource());
  if (form.parameters.length === 0) {
    notices.noParameters(form.skipped[0]);
    return false;
  }
  const answer = await showForm<FormValues>({
    title: trans.__('Edit parameters'),
    body: new FormBody({
      trans,
      fields: form.parameters.map(parameter =>
        cellField(
          parameter,
          trans,
          parameterComments(form.source, parameter.line)
        )
      ),
      remarks: form.skipped.map(({ line, reason }) =>
        trans.__(
          "Line %1 can't be edited here: %2",
          line,
          translateMessage(reason, trans)
        )
      )
    }),
    cancel: trans.__('Cancel'),
    accept: trans.__('Apply')
  });
  if (!answer || answer.value.size === 0 || panel.isDisposed) {
    return false;
  }
  const obstacleNow = checkEditable(panel);
  if (obstacleNow) {
    notices.problem(obstacleNow);
    return false;
  }
  return apply(panel, cell, form, answer.value, notices);
}

function apply(
  panel: NotebookPanel,
  cell: Cell,
  form: ICellForm,
  values: FormValues,
  notices: Notices
): boolean {
  const { sharedModel } = cell.model;
  // Somebody else, or a program, may have edited the cell meanwhile.
  if (cell.isDisposed || sharedModel.getSource() !== form.source) {
    notices.cellChanged();
    return false;
  }
  const byLine = new Map<number, ParameterValue>();
  values.forEach((value, key) => byLine.set(Number(key), value));
  return applyValues(panel, cell, form, byLine);
}
