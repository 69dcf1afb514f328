import { SnippetStore, withId } from '../../../../src/library/authoring/store';
import { SnippetCatalog } from '../../../../src/library/catalog';
import { KitSettings } from '../../../../src/settings/settings';
import { createLibrary } from '../../../../src/library/builtins';

const text = (id: string): string =>
  `# ---\n# id: ${id}\n# title: T\n# ---\n# %%\n# id: not this\nx = 1\n`;

async function setup(own: string[] = []) {
  const settings = new KitSettings();
  await settings.change('userSnippets', () =>
    Object.fromEntries(own.map(id => [id, text(id)]))
  );
  const catalog = new SnippetCatalog(
    settings,
    async () => createLibrary(),
    errors => {
      throw errors[0];
    }
  );
  const store = new SnippetStore(settings, catalog);
  await catalog.load();
  return {
    store,
    catalog,
    settings,
    ids: () => Object.keys(settings.values.userSnippets)
  };
}

describe('snippets of the user', () => {
  it('are kept by id; a new id keeps the place', async () => {
    const { store, ids, catalog } = await setup(['a', 'b']);
    await store.put('c', text('c'), 'a');
    expect(ids()).toEqual(['c', 'b']);
    expect(catalog.library!.get('c')).toBeDefined();
    expect(catalog.library!.get('a')).toBeUndefined();
    await store.put('d', text('d'));
    expect(ids()).toEqual(['c', 'b', 'd']);
  });

  it('that are broken are not kept', async () => {
    const { store, ids } = await setup();
    await expect(store.put('a', 'x')).rejects.toThrow(/Snippet "a"/);
    await expect(store.put('a', text('b'))).rejects.toThrow(/doesn't match/);
    await expect(store.put('A', text('A'))).rejects.toThrow(/not a valid id/);
    expect(ids()).toEqual([]);
  });

  it('are copied, also from built-in ones, which stay', async () => {
    const { store, ids, catalog } = await setup(['a']);
    expect(await store.duplicate('a')).toBe('a-2');
    expect(await store.duplicate('a')).toBe('a-3');
    expect(await store.duplicate('gpu-check')).toBe('gpu-check-2');
    expect(ids()).toEqual(['a', 'a-2', 'a-3', 'gpu-check-2']);
    expect(catalog.library!.get('gpu-check')!.builtin).toBe(true);
    expect(catalog.library!.get('gpu-check-2')!.cells).toEqual(
      catalog.library!.get('gpu-check')!.cells
    );
    await expect(store.duplicate('none')).rejects.toThrow(/none/);
  });

  it('are hidden, shown, deleted', async () => {
    const { store, settings, ids } = await setup(['a']);
    await store.hide('a', true);
    await store.hide('a', true);
    await store.hide('gpu-check', true);
    expect(settings.values.hiddenSnippets).toEqual(['a', 'gpu-check']);
    await store.remove('a');
    expect(ids()).toEqual([]);
    expect(settings.values.hiddenSnippets).toEqual(['gpu-check']);
    await store.hide('gpu-check', false);
    expect(settings.values.hiddenSnippets).toEqual([]);
  });
});

it('another id changes the front matter only', () => {
  expect(withId(text('a'), 'b')).toBe(text('a').replace('id: a', 'id: b'));
  const without = text('a').replace('# id: a\n', '');
  expect(withId(without, 'b')).toBe(without);
});
