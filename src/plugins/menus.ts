import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IMainMenu } from '@jupyterlab/mainmenu';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { MenuBar } from '@lumino/widgets';
import { DisposableSet } from '@lumino/disposable';

import { OWN_COMMANDS } from '../snippetGroups';
import { fillWithSnippets, visibleSnippets } from '../snippetMenu';
import { CommandIDs, IKitSettings, ISnippetCatalog } from '../tokens';
import { DOMAIN } from '../translation';

/** The main menu "Runtime" and its submenu, as the schema declares them. */
const MENU_ID = 'jp-mainmenu-runtime-kit';
const SUBMENU_ID = 'jp-mainmenu-runtime-kit-snippets';

/**
 * The command palette, and the snippets in the main menu "Runtime".
 */
export const menus: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-runtime-kit:menus',
  description: 'Snippets in the command palette and the Runtime menu.',
  autoStart: true,
  requires: [ISnippetCatalog, IKitSettings],
  optional: [ICommandPalette, IMainMenu, ITranslator],
  activate: (
    _: JupyterFrontEnd,
    catalog: ISnippetCatalog,
    settings: IKitSettings,
    palette: ICommandPalette | null,
    mainMenu: IMainMenu | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const category = trans.__('Runtime');
    for (const command of [
      ...Object.values(OWN_COMMANDS),
      CommandIDs.openSnippets
    ]) {
      palette?.addItem({ command, category });
    }
    let items = new DisposableSet();
    const refresh = (): void => {
      items.dispose();
      items = new DisposableSet();
      for (const { id } of visibleSnippets(catalog, settings)) {
        if (palette && !(id in OWN_COMMANDS)) {
          const command = CommandIDs.insertSnippet;
          items.add(palette.addItem({ command, args: { id }, category }));
        }
      }
      if (mainMenu) {
        fillSubmenu(mainMenu, catalog, settings, trans);
      }
    };
    catalog.changed.connect(refresh);
    settings.changed.connect(refresh);
  }
};

/**
 * JupyterLab builds the menu from the schema when settings are loaded, and
 * again when the user customizes menus: it is looked up each time.
 */
function fillSubmenu(
  mainMenu: IMainMenu,
  catalog: ISnippetCatalog,
  settings: IKitSettings,
  trans: TranslationBundle
): void {
  const bar = mainMenu as unknown as MenuBar;
  const menu = bar.menus.find(menu => menu.id === MENU_ID);
  const submenu = menu?.items.find(item => item.submenu?.id === SUBMENU_ID);
  if (submenu?.submenu) {
    fillWithSnippets(submenu.submenu, catalog, settings, trans);
  }
}
