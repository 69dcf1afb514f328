/*
 * Room menus: The lists of snippets in menus and the toolbar.
 * May import tokens.ts, library, requirements, snippets, ui.
 */

import type { TranslationBundle } from '@jupyterlab/translation';
import { MenuSvg } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Menu } from '@lumino/widgets';

import { groupSnippets } from '../library/snippetGroups';
import type { ISnippet } from '../snippets';
import { ISnippetCatalog } from '../library/catalogToken';
import { CommandIDs, IKitSettings } from '../tokens';

interface IOptions {
  commands: CommandRegistry;
  catalog: ISnippetCatalog;
  settings: IKitSettings;
  trans: TranslationBundle;
  /** The menu's label where it is a submenu. */
  title: string;
}

/**
 * A menu with all snippets that the user did not hide.
 *
 * It fills itself when the library arrives and when snippets or settings
 * change, so that opening it costs nothing.
 */
export class SnippetMenu extends MenuSvg {
  constructor(private _options: IOptions) {
    super({ commands: _options.commands, renderer: new Renderer() });
    this.title.label = _options.title;
    this.addClass('jp-RuntimeKit-menu');
    _options.catalog.changed.connect(this._fill, this);
    _options.settings.changed.connect(this._fill, this);
    this._fill();
  }

  /** Show the labels of now. */
  refresh(): void {
    this.update();
    this.items.forEach(({ submenu }) => submenu?.update());
  }

  private _fill(): void {
    const { catalog, settings, trans } = this._options;
    fillWithSnippets(this, catalog, settings, trans);
  }
}

/**
 * The snippets that menus show, by title.
 */
export function visibleSnippets(
  catalog: ISnippetCatalog,
  settings: IKitSettings
): ISnippet[] {
  const hidden = new Set(settings.values.hiddenSnippets);
  return (catalog.library?.list() ?? [])
    .filter(snippet => !hidden.has(snippet.id))
    .sort((a, b) => a.title.localeCompare(b.title));
}

/**
 * Replace the items of a menu by the visible snippets: the three of the
 * toolbar, a submenu for each group, and the user's own.
 */
export function fillWithSnippets(
  menu: Menu,
  catalog: ISnippetCatalog,
  settings: IKitSettings,
  trans: TranslationBundle
): void {
  const old = menu.items.flatMap(({ submenu }) => submenu ?? []);
  menu.clearItems();
  old.forEach(submenu => submenu.dispose());
  const { first, ungrouped, groups } = groupSnippets(
    visibleSnippets(catalog, settings),
    trans
  );
  addSnippets(menu, first);
  for (const { title, ids } of groups) {
    const submenu = new MenuSvg({ commands: menu.commands });
    submenu.title.label = title;
    submenu.addClass('jp-RuntimeKit-menu-group');
    addSnippets(submenu, ids);
    menu.addItem({ type: 'submenu', submenu });
  }
  addSnippets(menu, ungrouped);
}

function addSnippets(menu: Menu, ids: readonly string[]): void {
  for (const id of ids) {
    menu.addItem({ command: CommandIDs.insertSnippet, args: { id } });
  }
}

/** Lumino leaves an item with a submenu without a role. */
class Renderer extends MenuSvg.Renderer {
  createItemARIA(
    data: Menu.IRenderData
  ): ReturnType<Menu.Renderer['createItemARIA']> {
    const aria = super.createItemARIA(data);
    return data.item.type === 'submenu' ? { ...aria, role: 'menuitem' } : aria;
  }
}
