import type { Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { UUID } from '@lumino/coreutils';
import React from 'react';

import type { CellForm } from './cellForm';
import { CellFormView } from './CellFormView';

/** The form of a cell as a widget in it. */
export class CellFormWidget extends ReactWidget {
  constructor(
    private _form: CellForm,
    private _rendermime: Notebook['rendermime'],
    private _trans: TranslationBundle
  ) {
    super();
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

  private _id = `jp-RuntimeKit-form-${UUID.uuid4()}`;
}
