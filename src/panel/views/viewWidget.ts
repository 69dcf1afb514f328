import { ReactWidget } from '@jupyterlab/ui-components';
import type React from 'react';

/** A React element as a Lumino widget. */
export class ViewWidget extends ReactWidget {
  constructor(private _view: () => React.JSX.Element) {
    super();
  }

  protected render(): React.JSX.Element {
    return this._view();
  }
}
