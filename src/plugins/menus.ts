import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IMainMenu } from '@jupyterlab/mainmenu';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { Menu, MenuBar } from '@lumino/widgets';
import { DisposableSet } from '@lumino/disposable';
import { MessageLoop } from '@lumino/messaging';

import { OWN_COMMANDS } from '../library/snippetGroups';
import { fillWithSnippets, visibleSnippets } from '../menus/snippetMenu';
import { ISnippetCatalog } from '../library/catalogToken';
import { CommandIDs, IKitSettings } from '../tokens';
import { DOMAIN } from '../ui/translation';

/** The main menu "Runtime" and its submenu, as the schema declares them. */
const MENU_ID = 'jp-mainmenu-runtime-kit';
const SUBMENU_ID = 'jp-mainmenu-runtime-kit-snippets';
const COLAB_ID = 'jp-mainmenu-runtime-kit-colab';
/** The submenu in the context menu of cells. */
const CONTEXT_ID = 'jp-contextmenu-runtime-kit';

/** A command whose plugin is disabled is not shown. */
const IN_PALETTE = [
  ...Object.values(OWN_COMMANDS),
  CommandIDs.openSnippets,
  CommandIDs.saveCellsAsSnippet,
  CommandIDs.newSnippet,
  CommandIDs.importSnippets,
  CommandIDs.updateSnippets,
  CommandIDs.makePortable,
  CommandIDs.useLibrary,
  CommandIDs.editParameters,
  CommandIDs.makeResumable,
  CommandIDs.connectRemote,
  CommandIDs.openOutputs,
  CommandIDs.openPanel
];

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
    app: JupyterFrontEnd,
    catalog: ISnippetCatalog,
    settings: IKitSettings,
    palette: ICommandPalette | null,
    mainMenu: IMainMenu | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const category = trans.__('Runtime');
    for (const command of IN_PALETTE) {
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
    if (mainMenu) {
      void app.restored.then(() => nameMenus(mainMenu, trans));
    }
    nameContextMenu(app.contextMenu.menu, trans);
  }
};

/** The main menu's own menu "Runtime", once the schema is read. */
function runtimeMenu(mainMenu: IMainMenu): Menu | undefined {
  const bar = mainMenu as unknown as MenuBar;
  return bar.menus.find(menu => menu.id === MENU_ID);
}

/** A submenu in it. */
function submenuOf(
  menu: Menu | undefined,
  id: string
): Menu | null | undefined {
  return menu?.items.find(item => item.submenu?.id === id)?.submenu;
}

/**
 * Name the menus in the user's language: the server does not translate those of
 * extensions. A user's own name stays.
 */
function nameMenus(mainMenu: IMainMenu, trans: TranslationBundle): void {
  const menu = runtimeMenu(mainMenu);
  const snippets = submenuOf(menu, SUBMENU_ID);
  const colab = submenuOf(menu, COLAB_ID);
  if (menu?.title.label === 'Runtime') {
    menu.title.label = trans._p('menu', 'Runtime');
  }
  if (snippets?.title.label === 'All Snippets') {
    snippets.title.label = trans._p('menu', 'All Snippets');
  }
  if (colab?.title.label === 'Colab Runtime Type') {
    colab.title.label = trans._p('menu', 'Colab Runtime Type');
  }
}

/**
 * The same for the submenu in the context menu, which holds something only while it
 * is open: it is named before it is drawn.
 */
function nameContextMenu(menu: Menu, trans: TranslationBundle): void {
  MessageLoop.installMessageHook(menu, (_, message) => {
    if (message.type === 'update-request') {
      const { submenu } =
        menu.items.find(item => item.submenu?.id === CONTEXT_ID) ?? {};
      if (submenu?.title.label === 'Runtime') {
        submenu.title.label = trans._p('menu', 'Runtime');
      }
    }
    return true;
  });
}

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
  nameMenus(mainMenu, trans);
  const submenu = submenuOf(runtimeMenu(mainMenu), SUBMENU_ID);
  if (submenu) {
    fillWithSnippets(submenu, catalog, settings, trans);
  }
}
