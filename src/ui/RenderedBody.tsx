import { ReactWidget } from '@jupyterlab/ui-components';
import { PromiseDelegate } from '@lumino/coreutils';
import type { Message } from '@lumino/messaging';
import React from 'react';

/**
 * The body of a dialog that has the focus as soon as it is seen.
 *
 * JupyterLab's dialog takes the focus in the first idle moment of the page, which
 * a busy one may not have for seconds: what is typed until then goes to the
 * notebook, where keys delete cells.
 */
export abstract class RenderedBody extends ReactWidget {
  constructor() {
    super();
    // Where Tab goes from the last button: the dialog looks for it before the
    // content is there, and would take the first button.
    this.node.tabIndex = -1;
  }

  protected abstract renderContent(): React.JSX.Element;

  protected render(): React.JSX.Element {
    return (
      <>
        {this.renderContent()}
        <Rendered whenDone={() => this._rendered.resolve()} />
      </>
    );
  }

  protected onUpdateRequest(message: Message): void {
    super.onUpdateRequest(message);
    this.renderPromise = this._rendered.promise; // for which the dialog waits
  }

  private _rendered = new PromiseDelegate<void>();
}

/** Tells when what stands before it is in the page. */
function Rendered({ whenDone }: { whenDone: () => void }): null {
  React.useLayoutEffect(whenDone, []);
  return null;
}
