import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import type { Menu } from '@lumino/widgets';

import { fillWithSnippets, SnippetMenu } from '../../../src/menus/snippetMenu';
import { createLibrary } from '../../../src/library/builtins';
import { CommandIDs } from '../../../src/tokens';

const trans = nullTranslator.load('');

function setUp(userSnippets: Record<string, string> = {}) {
  const library = createLibrary();
  library.setUserSnippets(userSnippets);
  const commands = new CommandRegistry();
  commands.addCommand(CommandIDs.insertSnippet, {
    label: args => library.get(String(args.id))?.title ?? '',
    execute: () => undefined
  });
  const owner = {};
  const catalog: any = { library, changed: new Signal(owner) };
  const settings: any = {
    values: { hiddenSnippets: [] as string[] },
    changed: new Signal(owner)
  };
  const menu = new SnippetMenu({
    commands,
    catalog,
    settings,
    trans,
    title: 'Snippets'
  });
  return { library, catalog, settings, menu };
}

/** Ids in the menu itself, and those of each submenu. */
function contents(menu: Menu): {
  ids: string[];
  groups: Record<string, string[]>;
} {
  const ids = (items: Menu): string[] =>
    items.items.flatMap(({ args }) => (args.id ? [String(args.id)] : []));
  const groups: Record<string, string[]> = {};
  for (const { submenu } of menu.items) {
    if (submenu) {
      groups[submenu.title.label] = ids(submenu);
    }
  }
  return { ids: ids(menu), groups };
}

function own(count: number, ...more: string[]): Record<string, string> {
  const text = ['# ---', '# title: Mine', ...more, '# ---', 'x = 1'].join('\n');
  const ids = Array.from({ length: count }, (_, i) => `mine-${i}`);
  return Object.fromEntries(ids.map(id => [id, text]));
}

it('has the three of the toolbar first and each other one in one group', () => {
  const { menu, library } = setUp();
  const { ids, groups } = contents(menu);
  expect(ids).toEqual(['drive-mount', 'gpu-check', 'checkpoint-resume']);
  const all = [...ids, ...Object.values(groups).flat()];
  expect(all.sort()).toEqual(
    library
      .list()
      .map(({ id }) => id)
      .sort()
  );
  for (const [title, members] of Object.entries(groups)) {
    expect(title).not.toBe('Your Snippets');
    expect(members.length).toBeLessThanOrEqual(10);
  }
});

it('shows a few own snippets at once and many in a group', () => {
  expect(contents(setUp(own(8)).menu).ids.slice(3)).toHaveLength(8);
  const { ids, groups } = contents(setUp(own(200)).menu);
  expect(ids).toHaveLength(3);
  expect(groups['Your Snippets']).toHaveLength(200);
});

it('takes the first tag for the group', () => {
  const { menu } = setUp(own(1, '# tags: [share, gpu]'));
  expect(contents(menu).groups.Sharing).toContain('mine-0');
  // A name that every object has is no group.
  expect(contents(setUp(own(1, '# tags: [toString]')).menu).ids).toContain(
    'mine-0'
  );
});

it('leaves out what is hidden and groups that are empty', () => {
  const { menu, settings, library } = setUp();
  settings.values.hiddenSnippets = library
    .list()
    .map(({ id }) => id)
    .filter(id => id !== 'gpu-check');
  settings.changed.emit();
  expect(contents(menu)).toEqual({ ids: ['gpu-check'], groups: {} });
});

it('disposes of the submenus that it replaces', () => {
  const { menu, catalog, settings } = setUp(own(9));
  const before = menu.items.flatMap(({ submenu }) => submenu ?? []);
  fillWithSnippets(menu, catalog, settings, trans);
  expect(before.length).toBeGreaterThan(0);
  expect(before.every(({ isDisposed }) => isDisposed)).toBe(true);
});
