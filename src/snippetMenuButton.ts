import type { TranslationBundle } from '@jupyterlab/translation';
import { ToolbarButton } from '@jupyterlab/ui-components';
import type { Menu } from '@lumino/widgets';

import { snippetsIcon } from './icons';
import type { ISnippetCatalog } from './tokens';

/**
 * The toolbar button that opens the menu of all snippets.
 */
export class SnippetMenuButton extends ToolbarButton {
  constructor(options: SnippetMenuButton.IOptions) {
    super({
      icon: snippetsIcon,
      tooltip: options.trans.__('Snippets for this runtime'),
      'aria-haspopup': 'menu',
      onClick: () => {
        void this.open();
      }
    });
    this._catalog = options.catalog;
    this._getMenu = options.getMenu;
  }

  /**
   * Open the menu below the button, with its first item active so that the
   * arrow keys work at once.
   */
  async open(): Promise<void> {
    await this._catalog.load();
    // A click on a toolbar gives the focus to its notebook when it is done; the
    // menu needs it, so it comes behind that.
    await new Promise(resolve => window.setTimeout(resolve, 50));
    if (this.isDisposed) {
      return;
    }
    const menu = this._getMenu();
    // In a collapsed toolbar the button may be without a place of its own.
    const { left, bottom } = this.node.getBoundingClientRect();
    menu.open(left, bottom);
    menu.activateNextItem();
  }

  private _catalog: ISnippetCatalog;
  private _getMenu: () => Menu;
}

export namespace SnippetMenuButton {
  /** Options of the button. */
  export interface IOptions {
    catalog: ISnippetCatalog;
    getMenu: () => Menu;
    trans: TranslationBundle;
  }
}
