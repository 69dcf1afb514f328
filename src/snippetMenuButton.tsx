import type { TranslationBundle } from '@jupyterlab/translation';
import {
  addToolbarButtonClass,
  ReactWidget,
  ToolbarButtonComponent
} from '@jupyterlab/ui-components';
import type { Menu } from '@lumino/widgets';
import React from 'react';

import { snippetsIcon } from './icons';
import type { IMissingPieces, ISnippetCatalog } from './tokens';

/**
 * The toolbar button that opens the menu of all snippets.
 *
 * Not a `ToolbarButton`: that one always says whether it is pressed, which a
 * button with a menu must not.
 */
export class SnippetMenuButton extends ReactWidget {
  constructor(options: SnippetMenuButton.IOptions) {
    super();
    this._options = options;
    addToolbarButtonClass(this);
  }

  /**
   * Open the menu below the button, with its first item active so that the
   * arrow keys work at once.
   */
  async open(): Promise<void> {
    const { catalog, getMenu, missing } = this._options;
    await catalog.load();
    // Not awaited: the list opens at once and is marked when the kernel answered.
    missing?.ask().catch(console.warn);
    // A click on a toolbar gives the focus to its notebook when it is done; the
    // menu needs it, so it comes behind that.
    await new Promise(resolve => window.setTimeout(resolve, 50));
    if (this.isDisposed) {
      return;
    }
    const menu = getMenu();
    // In a collapsed toolbar the button may be without a place of its own.
    const { left, bottom } = this.node.getBoundingClientRect();
    menu.open(left, bottom);
    menu.activateNextItem();
  }

  protected render(): React.JSX.Element {
    return (
      <ToolbarButtonComponent
        icon={snippetsIcon}
        tooltip={this._options.trans.__('Snippets for this runtime')}
        aria-haspopup="menu"
        onClick={() => {
          void this.open();
        }}
      />
    );
  }

  private _options: SnippetMenuButton.IOptions;
}

export namespace SnippetMenuButton {
  /** Options of the button. */
  export interface IOptions {
    catalog: ISnippetCatalog;
    getMenu: () => Menu;
    missing?: IMissingPieces;
    trans: TranslationBundle;
  }
}
