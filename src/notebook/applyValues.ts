import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { editCell } from './edit';
import { METADATA_KEY, readMetadata } from './metadata';
import type { ICellForm, ParameterValue } from '../snippets';
import { formReplacements } from '../snippets/parameters/cellformedit';

/**
 * Write values of a form into its cell.
 *
 * @param values - By the line of the parameter. For `raw` the code itself.
 * @param isOneStep - False where the caller has opened an undo step.
 * @returns whether the cell was changed.
 * @throws ParameterError for a value that does not fit.
 */
export function applyValues(
  panel: NotebookPanel,
  cell: Cell,
  form: ICellForm,
  values: ReadonlyMap<number, ParameterValue>,
  isOneStep = true
): boolean {
  const replacements = formReplacements(form, values);
  if (replacements.length === 0) {
    return false;
  }
  const kit = readMetadata(cell.model.getMetadata(METADATA_KEY));
  const parameters = { ...kit?.parameters };
  for (const [name, value] of changedValues(form, values)) {
    // A parameter that was inserted under another name: RUN_2 for RUN.
    const declared = name.replace(/_\d+$/, '');
    parameters[declared in parameters ? declared : name] = value;
  }
  editCell(panel, cell, replacements, kit && { ...kit, parameters }, isOneStep);
  return true;
}

/** What a cell of ours remembers of the change. */
function changedValues(
  form: ICellForm,
  values: ReadonlyMap<number, ParameterValue>
): [string, ParameterValue][] {
  return form.parameters
    .filter(({ line, type }) => values.has(line) && type !== 'raw')
    .map(({ line, name }) => [name, values.get(line)!]);
}
