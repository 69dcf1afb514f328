import type { CodeCell } from '@jupyterlab/cells';
import type * as nbformat from '@jupyterlab/nbformat';
import { JSONExt } from '@lumino/coreutils';

import type { IExecutionOutputs } from './journalClient';
import type { IRestoreStep } from './restorePlan';
import { isOpen } from './restorePlan';

/** Whether a cell shows an execution already, or should not show it. */
export function isShown(
  { model }: CodeCell,
  execution: IExecutionOutputs,
  kind: IRestoreStep['kind']
): boolean {
  if (isOpen(execution)) {
    return false;
  }
  const shown = model.outputs.toJSON();
  const kept = execution.content.map(
    ({ transient, ...output }) => output
  ) as nbformat.IOutput[];
  if (kind === 'extend') {
    // The beginning of the same outputs?
    return shown.some((output, index) => !isAlike(output, kept[index]));
  }
  return (
    model.executionCount === execution.count &&
    JSONExt.deepEqual(shown as never, kept as never)
  );
}

function isAlike(one: nbformat.IOutput, other?: nbformat.IOutput): boolean {
  return one.output_type === other?.output_type && one.name === other?.name;
}
