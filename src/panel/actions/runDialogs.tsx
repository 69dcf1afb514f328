import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import React from 'react';

import type { IRun } from '../../kernel/monitor/monitor';
import type { RuntimeModel } from '../model/runtimeModel';
import { ago, fileSize } from '../../ui/format';

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
            "This deletes all checkpoints in %1 (%2) and can't be undone.",
            run.folder,
            fileSize(trans, run.size)
          )}
        </p>
        {written ? (
          <p className="jp-RuntimeKit-warning">
            {trans.__(
              'Last written %1. It may still be training: stop it first.',
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
  const step = run.committed === null ? '' : `-${run.committed}`;
  const body = new FileBody(
    trans.__("File on the kernel's machine (.safetensors or .pt):"),
    `${run.name}${step}.safetensors`,
    written
      ? trans.__(
          'Last written %1. It may still be training: the newest checkpoint at that moment is exported.',
          written
        )
      : ''
  );
  const { button, value } = await showDialog({
    title: trans.__('Export run "%1"', run.name),
    body,
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: trans.__('Export') })
    ],
    focusNodeSelector: 'input'
  });
  return button.accept ? (value ?? '') : '';
}

/** Asks for a path, which may be long, and says what there is to say before. */
class FileBody extends Widget implements Dialog.IBodyWidget<string> {
  constructor(label: string, path: string, warning: string) {
    super();
    this.addClass('jp-RuntimeKit-ask');
    if (warning) {
      const words = document.createElement('p');
      words.className = 'jp-RuntimeKit-warning';
      words.textContent = warning;
      this.node.append(words);
    }
    const field = document.createElement('label');
    this._input.className = 'jp-mod-styled';
    this._input.value = path;
    field.append(label, this._input);
    this.node.append(field);
  }

  getValue(): string {
    return this._input.value.trim();
  }

  protected onAfterAttach(): void {
    this._input.select();
  }

  private _input = document.createElement('input');
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
