import type { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

import { CommandIDs, IKitSettings, ISnippetCatalog } from './tokens';

/**
 * A menu with all snippets that the user did not hide.
 *
 * It fills itself when the library arrives and when snippets or settings
 * change, so that opening it costs nothing.
 */
export class SnippetMenu extends Menu {
  constructor(options: SnippetMenu.IOptions) {
    super({ commands: options.commands });
    this._catalog = options.catalog;
    this._settings = options.settings;
    this.title.label = options.title;
    this.addClass('jp-RuntimeKit-menu');
    this._catalog.changed.connect(this._fill, this);
    this._settings.changed.connect(this._fill, this);
    this._fill();
  }

  private _fill(): void {
    fillWithSnippets(this, this._catalog, this._settings);
  }

  private _catalog: ISnippetCatalog;
  private _settings: IKitSettings;
}

export namespace SnippetMenu {
  /** Options of a snippet menu. */
  export interface IOptions {
    commands: CommandRegistry;
    catalog: ISnippetCatalog;
    settings: IKitSettings;
    /** The menu's label where it is a submenu. */
    title: string;
  }
}

/**
 * Ids of the snippets that menus show, by title.
 */
export function visibleSnippets(
  catalog: ISnippetCatalog,
  settings: IKitSettings
): string[] {
  const hidden = new Set(settings.values.hiddenSnippets);
  return (catalog.library?.list() ?? [])
    .filter(snippet => !hidden.has(snippet.id))
    .sort((a, b) => a.title.localeCompare(b.title))
    .map(snippet => snippet.id);
}

/**
 * Replace the items of a menu by the visible snippets.
 */
export function fillWithSnippets(
  menu: Menu,
  catalog: ISnippetCatalog,
  settings: IKitSettings
): void {
  menu.clearItems();
  for (const id of visibleSnippets(catalog, settings)) {
    menu.addItem({ command: CommandIDs.insertSnippet, args: { id } });
  }
}
