import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Page } from '@playwright/test';

import {
  allow,
  cellState,
  ended,
  start,
  streamText,
  waitFor
} from '../browser/cellOutputs';
import { expect, Kit, test as base } from '../browser/kit';

/** `openBeside`: the same notebook in a page of another user's browser. */
const test = base.extend<{ openBeside: () => Promise<Kit> }>({
  // The stand-ins of galata for kernels and sessions end them with the page.
  kernels: null as never,
  sessions: null as never,
  openBeside: async ({ baseURL, browser, tmpPath }, use) => {
    const context = await browser.newContext({ baseURL });
    await use(async () => {
      const page = await context.newPage();
      await page.goto(`lab/tree/${tmpPath}/notebook.ipynb`);
      await page.locator('.jp-Notebook .jp-Cell').first().waitFor();
      const kit = new Kit(
        page as unknown as IJupyterLabPageFixture,
        'lab',
        tmpPath
      );
      await expect.poll(() => isShared(kit)).toBe(true);
      return kit;
    });
    await context.close();
  }
});

/**
 * One notebook, edited in two pages at the same time through
 * jupyter-collaboration's own server.
 */
test.describe('A notebook that is edited together', () => {
  test('shows the other what was inserted; an undo takes nothing of theirs', async ({
    kit,
    openBeside
  }) => {
    await kit.open({ cells: ['a = 1', 'b = 2'] });
    const other = await openBeside();
    expect(await isShared(kit)).toBe(true);

    await kit.setActive(0);
    await kit.button('gpu-check').click();
    await expect.poll(() => other.inserted('gpu-check')).not.toHaveLength(0);
    const [made, seen] = [await kit.cells(), await other.cells()];
    expect(seen.map(cell => cell.id)).toEqual(made.map(cell => cell.id));
    expect(seen.map(cell => cell.source)).toEqual(
      made.map(cell => cell.source)
    );

    // While it is there, the other writes: into a cell, and a snippet of theirs.
    await type(other, seen.length - 1, 'b = 3');
    await other.execute('runtime-kit:insert-snippet', { id: 'imports' });
    await expect.poll(() => kit.inserted('imports')).not.toHaveLength(0);

    await kit.execute('notebook:undo-cell-action');
    for (const each of [kit, other]) {
      await expect.poll(() => each.inserted('gpu-check')).toHaveLength(0);
      expect(await each.inserted('imports')).not.toHaveLength(0);
      const sources = await each.sources();
      expect(sources[0]).toBe('a = 1');
      expect(sources).toContain('b = 3');
    }
    await kit.execute('notebook:redo-cell-action');
    await expect.poll(() => other.inserted('gpu-check')).not.toHaveLength(0);
    expect(await other.sources()).toContain('b = 3');
  });

  test('two clicks at the same moment leave both, each undone by its own', async ({
    kit,
    openBeside
  }) => {
    await kit.open({ cells: ['a = 1'] });
    const other = await openBeside();
    await Promise.all([
      kit.execute('runtime-kit:insert-snippet', { id: 'gpu-check' }),
      other.execute('runtime-kit:insert-snippet', { id: 'drive-mount' })
    ]);
    for (const each of [kit, other]) {
      await expect.poll(() => each.inserted('gpu-check')).not.toHaveLength(0);
      await expect.poll(() => each.inserted('drive-mount')).not.toHaveLength(0);
    }
    expect(await other.sources()).toEqual(await kit.sources());
    await other.execute('notebook:undo-cell-action');
    await expect.poll(() => kit.inserted('drive-mount')).toHaveLength(0);
    expect(await kit.inserted('gpu-check')).not.toHaveLength(0);
  });

  test('a cell inserted there is revealed here and runs', async ({
    kit,
    openBeside
  }) => {
    await kit.open({ cells: ['a = 1'] });
    const other = await openBeside();
    await other.execute('runtime-kit:insert-snippet', { id: 'gpu-check' });
    await expect.poll(() => kit.inserted('gpu-check')).not.toHaveLength(0);
    const before = await kit.cells();
    await kit.button('gpu-check').click();
    await expect
      .poll(async () => before[await kit.activeIndex()].metadata.runtime_kit)
      .toBeTruthy();
    expect(await kit.cells()).toHaveLength(before.length);
    await kit.runAll();
    await expect
      .poll(async () => (await kit.outputs()).join())
      .toContain('GPU');
  });

  test('two fill in one form at the same time', async ({
    kit,
    openBeside,
    page
  }) => {
    const lines = [
      '#@title Train { run: "auto" }',
      'name = "digits"  #@param {type:"string"}',
      'path = r\'C:\\data\' #@param {type:"string"}',
      'epochs = 20 #@param {type:"slider", min:1, max:100}',
      'print(name)'
    ];
    await kit.open({ cells: [lines.join('\n')] });
    await kit.trust();
    const other = await openBeside();
    const pages = [kit, other];
    const source = async (): Promise<string> => (await kit.sources())[0];
    const same = async (): Promise<void> => {
      await expect
        .poll(async () => (await other.sources())[0])
        .toBe(await source());
    };
    const field = (each: Kit, label: string) =>
      each.page.locator('.jp-RuntimeKit-cellForm').getByLabel(label);

    // In two fields: who types keeps the focus and what is typed.
    await Promise.all([
      field(kit, 'name').fill('faces'),
      field(other, 'epochs, slider').fill('7')
    ]);
    await expect
      .poll(source)
      .toBe(lines.join('\n').replace('digits', 'faces').replace('= 20', '= 7'));
    await same();
    await expect(field(kit, 'name')).toBeFocused();
    await expect(field(other, 'name')).toHaveValue('faces');
    await expect(field(kit, 'epochs, slider')).toHaveValue('7');

    // In one field: one text comes of it, and it stays one value.
    await field(other, 'name').press('End');
    await field(kit, 'name').press('End');
    await Promise.all([
      field(kit, 'name').pressSequentially('aaaaaa'),
      field(other, 'name').pressSequentially('bbbbbb')
    ]);
    const rest = lines.slice(2).join('\n').replace('= 20', '= 7');
    for (const each of pages) {
      await expect
        .poll(async () => (await each.sources())[0])
        .toMatch(/^name = "faces[ab]*a[ab]*" {2}#@param/m);
      expect((await each.sources())[0].split('\n').slice(2).join('\n')).toBe(
        rest
      );
    }
    await same();
    const [, name] = /name = "([^"]*)"/.exec(await source())!;
    for (const each of pages) {
      await expect(field(each, 'name')).toHaveValue(name);
    }

    // Each runs and undoes what was done in its own page.
    await field(kit, 'name').press('Escape');
    await expect.poll(async () => (await kit.outputs())[0]).toBe(`${name}\n`);
    await page.notebook.enterCellEditingMode(0);
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(source).toMatch(/^name = "[^a"]*b[^a"]*" /m);
    expect(await source()).toContain('epochs = 7');
    await same();

    // The code is hidden for both.
    await other.page
      .locator('.jp-RuntimeKit-cellForm')
      .getByRole('button', { name: 'Train' })
      .click();
    for (const each of pages) {
      await expect(each.page.locator('.jp-Cell .cm-content')).toHaveCount(0);
    }
  });

  test('outputs that no page received are restored by one page, once', async ({
    kit,
    openBeside,
    page,
    tmpPath
  }) => {
    await kit.open({
      cells: [
        `print("a", flush=True)\n${waitFor('one')}\nprint("b", flush=True)`,
        `print("c", flush=True)\n${waitFor('two')}\nprint("d", flush=True)`
      ]
    });
    await start(page, 0, 1);
    await expect.poll(() => streamText(page, 0)).toBe('a\n');
    await leave(page);
    await allow(kit, `${tmpPath}/one`);
    // Both at the same moment.
    const [other] = await Promise.all([
      openBeside(),
      kit.goto(`${tmpPath}/notebook.ipynb`)
    ]);
    const pages = [page, other.page];
    for (const each of pages) {
      await expect.poll(() => streamText(each, 0)).toBe('a\nb\n');
      await expect.poll(() => streamText(each, 1)).toBe('c\n');
    }
    await allow(kit, `${tmpPath}/two`);
    for (const each of pages) {
      await expect.poll(() => streamText(each, 1)).toBe('c\nd\n');
      await ended(each, 1, 2);
    }
  });

  test('a page takes over outputs from one that has left while its cells ran', async ({
    kit,
    openBeside,
    page,
    tmpPath
  }) => {
    test.slow(); // Others see after half a minute that a page has left.
    const cell = (name: string): string =>
      `print("${name}", flush=True)\n${waitFor(name)}\nprint("end", flush=True)`;
    await kit.open({
      cells: [cell('a'), cell('b'), cell('c'), '"cleared"']
    });
    const other = await openBeside();
    await expect.poll(() => seesRestoring(other)).toBe(true);
    await start(page, 3);
    await ended(other.page, 3, 1);
    await page.evaluate(() => {
      const { content } = (window as any).jupyterapp.shell.currentWidget;
      content.widgets[3].model.clearExecution();
    });
    await start(page, 0, 1, 2);
    await expect.poll(() => streamText(other.page, 0)).toBe('a\n');
    await leave(page);
    // One ends while nobody shows it, one runs then, one waits.
    await allow(kit, `${tmpPath}/a`);
    const late = { timeout: 60_000 };
    await expect.poll(() => streamText(other.page, 0), late).toBe('a\nend\n');
    await ended(other.page, 0, 2);
    await expect.poll(() => streamText(other.page, 1)).toBe('b\n');
    await allow(kit, `${tmpPath}/b`);
    await allow(kit, `${tmpPath}/c`);
    await ended(other.page, 2, 4);
    expect(await streamText(other.page, 1)).toBe('b\nend\n');
    expect(await streamText(other.page, 2)).toBe('c\nend\n');
    // What somebody had cleared stays so.
    expect((await cellState(other.page, 3)).outputs).toEqual([]);
  });
});

/** Whether another page has told this one that it restores the outputs. */
async function seesRestoring(kit: Kit): Promise<boolean> {
  return kit.page.evaluate(() => {
    const { sharedModel } = (window as any).jupyterapp.shell.currentWidget
      .content.model;
    const { awareness } = sharedModel;
    return [...awareness.getStates()].some(
      ([id, state]) => id !== awareness.clientID && state.runtimeKitRestores
    );
  });
}

/** Go to another address, as a browser that is closed does. */
async function leave(page: IJupyterLabPageFixture | Page): Promise<void> {
  await page.evaluate(() => {
    window.location.href = '/api';
  });
  await page.waitForURL('**/api');
}

/** Whether the notebook's model is one that the server shares. */
async function isShared(kit: Kit): Promise<boolean> {
  return kit.page.evaluate(
    () =>
      (window as any).jupyterapp?.shell.currentWidget?.content?.model
        ?.collaborative === true
  );
}

/** Replace the text of a cell as typing does. */
async function type(kit: Kit, index: number, text: string): Promise<void> {
  await kit.page.evaluate(
    ([index, text]) => {
      const { content } = (window as any).jupyterapp.shell.currentWidget;
      content.widgets[index as number].model.sharedModel.setSource(text);
    },
    [index, text] as const
  );
}
