import { Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { IRun } from '../kernel/monitor';
import type { RuntimeModel } from './runtimeModel';
import { ago, fileSize } from './words';

/** Ask whether a run is to be deleted, with what speaks against it. */
export async function confirmDelete(
  model: RuntimeModel,
  run: IRun,
  trans: TranslationBundle
): Promise<boolean> {
  const written = lastWrite(model, run, trans);
  const { button } = await showDialog({
    title: trans.__('Delete run "%1"?', run.name),
    body: (
      <div className="jp-RuntimeKit-ask">
        <p>
          {trans.__(
            'All its checkpoints in %1 are deleted (%2). This cannot be undone.',
            run.folder,
            fileSize(trans, run.size)
          )}
        </p>
        {written ? (
          <p className="jp-RuntimeKit-warning">
            {trans.__(
              'Something wrote to it %1 and may be training it still. If so, stop that first.',
              written
            )}
          </p>
        ) : null}
      </div>
    ),
    buttons: [
      Dialog.cancelButton(),
      Dialog.warnButton({ label: trans.__('Delete') })
    ],
    defaultButton: 0
  });
  return button.accept;
}

/** Ask for the file that a run is exported to; empty: it is not. */
export async function askExport(
  model: RuntimeModel,
  run: IRun,
  trans: TranslationBundle
): Promise<string> {
  const written = lastWrite(model, run, trans);
  const file = trans.__(
    'File on the machine of the kernel, .safetensors or .pt:'
  );
  const warning = trans.__(
    'Something wrote to it %1 and may be training it still: the newest checkpoint of that moment is exported.',
    written
  );
  const { button, value } = await InputDialog.getText({
    title: trans.__('Export run "%1"', run.name),
    label: written ? `${warning} ${file}` : file,
    text: `${run.name}${run.committed === null ? '' : `-${run.committed}`}.safetensors`,
    okLabel: trans.__('Export')
  });
  return button.accept ? (value?.trim() ?? '') : '';
}

/**
 * How long ago a run was written that may be in training: one that no lock tells
 * of, such as a standalone cell's. Empty where there is a lock, or no other write
 * is to be expected any more.
 */
function lastWrite(
  model: RuntimeModel,
  { due, written }: IRun,
  trans: TranslationBundle
): string {
  const now = model.kernelTime;
  return written && due && now <= due
    ? ago(trans, Math.max(now - written, 0))
    : '';
}
