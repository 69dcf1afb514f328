import type { TranslationBundle } from '@jupyterlab/translation';
import {
  addToolbarButtonClass,
  ReactWidget,
  ToolbarButtonComponent
} from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import type { Menu } from '@lumino/widgets';
import React from 'react';

import { snippetsIcon } from '../ui/icons';
import { ISnippetCatalog } from '../library/catalogToken';
import { CommandIDs, IRequirements } from '../tokens';

interface IOptions {
  catalog: ISnippetCatalog;
  commands: CommandRegistry;
  getMenu: () => Menu;
  missing?: IRequirements;
  trans: TranslationBundle;
}

/**
 * The toolbar button that opens the menu of all snippets.
 *
 * Not a `ToolbarButton`: that one always says whether it is pressed, which a
 * button with a menu must not.
 */
export class SnippetMenuButton extends ReactWidget {
  constructor(private _options: IOptions) {
    super();
    addToolbarButtonClass(this);
    _options.commands.keyBindingChanged.connect(this.update, this);
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
    const menu = getMenu();
    if (this.isDisposed || menu.isAttached) {
      return;
    }
    giveFocusBack(menu, this.node);
    // Where the button is folded away, the menu opens at the toolbar.
    const button = this.node.firstElementChild;
    const place = button?.clientWidth ? button : this.node.parentElement;
    const { left, bottom } = (place ?? this.node).getBoundingClientRect();
    menu.open(left, bottom);
    menu.activateNextItem();
  }

  protected render(): React.JSX.Element {
    const { commands, trans } = this._options;
    const title = trans.__('Snippets for this runtime');
    // As the other buttons of the toolbar do, which are plain commands.
    const binding = commands.keyBindings.find(
      ({ command }) => command === CommandIDs.openSnippets
    );
    const keys = binding?.keys.map(CommandRegistry.formatKeystroke).join(', ');
    return (
      <ToolbarButtonComponent
        icon={snippetsIcon}
        tooltip={keys ? `${title} (${keys})` : title}
        aria-haspopup="menu"
        onClick={() => {
          void this.open();
        }}
      />
    );
  }
}

/**
 * When the menu closes, the focus goes back to where it was, before a chosen
 * command runs: that one may move it on. A click on the button is no place to go
 * back to: the notebook is, where its shortcuts work.
 */
function giveFocusBack(menu: Menu, button: HTMLElement): void {
  const focused = document.activeElement;
  const notebook = button
    .closest('.jp-NotebookPanel')
    ?.querySelector('.jp-Notebook');
  const clicked =
    button.contains(focused) && !focused?.matches(':focus-visible');
  const target = clicked || focused === document.body ? notebook : focused;
  const restore = (): void => {
    menu.aboutToClose.disconnect(restore);
    if (target instanceof HTMLElement && target.isConnected) {
      target.focus({ preventScroll: true });
    }
  };
  menu.aboutToClose.connect(restore);
}
