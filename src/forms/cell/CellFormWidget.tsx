import type { Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { UUID } from '@lumino/coreutils';
import type { Message } from '@lumino/messaging';
import React from 'react';

import type { CellForm } from './cellForm';
import { CellFormView } from './CellFormView';

/** No key is a shortcut for Lumino while the node that has the focus has this. */
const SUPPRESS = 'data-lm-suppress-shortcuts';

/**
 * The form of a cell as a widget in it.
 *
 * Keys that a field needs are not for the notebook, where single letters insert
 * and delete cells. Notebook 7 looks at keys before any node in the page gets
 * them, so the window decides, while the focus is in the form.
 */
export class CellFormWidget extends ReactWidget {
  constructor(
    private _form: CellForm,
    private _rendermime: Notebook['rendermime'],
    private _trans: TranslationBundle
  ) {
    super();
  }

  handleEvent(event: Event): void {
    switch (event.type) {
      case 'focusin':
        window.addEventListener('keydown', this, true);
        break;
      case 'focusout':
        window.removeEventListener('keydown', this, true);
        break;
      case 'keydown':
        this._onKey(event as KeyboardEvent);
    }
  }

  protected render(): React.JSX.Element {
    return (
      <CellFormView
        form={this._form}
        id={this._id}
        rendermime={this._rendermime}
        trans={this._trans}
      />
    );
  }

  protected onAfterAttach(msg: Message): void {
    this.node.addEventListener('focusin', this);
    this.node.addEventListener('focusout', this);
    super.onAfterAttach(msg);
  }

  protected onBeforeDetach(msg: Message): void {
    this.node.removeEventListener('focusin', this);
    this.node.removeEventListener('focusout', this);
    window.removeEventListener('keydown', this, true);
    super.onBeforeDetach(msg);
  }

  private _onKey(event: KeyboardEvent): void {
    const { key, ctrlKey, metaKey, altKey, shiftKey, isComposing } = event;
    const runs = key === 'Enter' && (ctrlKey || metaKey || shiftKey);
    const leaves = key === 'Escape' && !isComposing;
    const isPlain = !ctrlKey && !metaKey && !altKey;
    (event.target as Element).toggleAttribute(SUPPRESS, runs || isPlain);
    if (runs || leaves) {
      event.preventDefault();
      event.stopPropagation();
      if (runs) {
        this._form.run();
      } else {
        this._form.focusCell();
      }
    }
  }

  private _id = `jp-RuntimeKit-form-${UUID.uuid4()}`;
}
