import { expect, test } from './kit';

const SNIPPETS = ['drive-mount', 'gpu-check', 'checkpoint-resume'];

test.describe('Inserting', () => {
  test('Shift+Enter behind a click runs the engine too', async ({
    kit,
    page,
    shell
  }) => {
    test.skip(shell === 'notebook', 'the same code in both applications');
    await kit.open();
    await kit.set('form', 'standalone');
    await kit.button('drive-mount').click();
    await expect.poll(() => kit.inserted('drive-mount')).not.toHaveLength(0);
    await page.keyboard.press('Shift+Enter');
    await expect
      .poll(async () => (await kit.outputs()).join(''), { timeout: 40_000 })
      .toMatch(/drive-local/);
  });

  for (const id of SNIPPETS) {
    test(`${id}: a click inserts cells below the active one`, async ({
      kit
    }) => {
      await kit.open({ cells: ['a = 1', 'b = 2'] });
      await kit.setActive(0);
      await kit.button(id).click();
      await expect.poll(() => kit.inserted(id)).not.toHaveLength(0);

      const cells = await kit.cells();
      const made = await kit.inserted(id);
      expect(cells[0].source).toBe('a = 1');
      expect(cells[cells.length - 1].source).toBe('b = 2');
      expect(cells.slice(1, -1)).toEqual(made);
      for (const cell of made) {
        expect(cell.metadata.runtime_kit).toMatchObject({
          snippet: id,
          version: expect.any(Number),
          parameters: expect.any(Object)
        });
        expect(cell.id).toMatch(/^[a-zA-Z0-9-_]{1,64}$/);
        expect(cell.type !== 'code' || cell.trusted).toBe(true);
      }
      const active = cells[await kit.activeIndex()];
      expect(active.type).toBe('code');
      expect(made.map(cell => cell.id)).toContain(active.id);
    });
  }

  for (const mode of ['contentVisibility', 'full']) {
    test(`windowing mode ${mode}: an insertion's start is in view`, async ({
      kit,
      page,
      shell
    }) => {
      test.skip(shell === 'notebook', 'the same code in both applications');
      await page.setViewportSize({ width: 1200, height: 760 });
      await kit.open({ cells: ['import math', 'net = 1'], kernel: false });
      await kit.set(
        'windowingMode',
        mode,
        '@jupyterlab/notebook-extension:tracker'
      );
      await kit.set('form', 'standalone');
      for (const id of SNIPPETS) {
        await kit.button(id).click();
        await expect.poll(() => kit.inserted(id)).not.toHaveLength(0);
        const cell = page.locator('.jp-Notebook-cell.jp-mod-active');
        const form = cell.locator('.jp-RuntimeKit-cellForm');
        await expect(form).toBeVisible();
        await expect
          .poll(async () => {
            const view = await page
              .locator('.jp-WindowedPanel-outer')
              .boundingBox();
            const box = await cell.boundingBox();
            const [top, end] = [view!.y, view!.y + view!.height];
            return (
              box!.y > top - 1 &&
              Math.min(box!.y + box!.height, top + 400) < end
            );
          })
          .toBe(true);
      }
    });
  }

  test('one undo takes back one click and nothing else; redo repeats it', async ({
    kit
  }) => {
    await kit.open({ cells: ['a = 1'] });
    await kit.execute('notebook:insert-cell-below');
    const before = await kit.sources();
    // At once: the shared model would merge edits that are this close.
    await kit.execute('runtime-kit:insert-snippet', { id: 'gpu-check' });
    const after = await kit.sources();
    expect(after.length).toBeGreaterThan(before.length);
    await kit.execute('notebook:insert-cell-below');

    await kit.execute('notebook:undo-cell-action');
    expect(await kit.sources()).toEqual(after);
    await kit.execute('notebook:undo-cell-action');
    expect(await kit.sources()).toEqual(before);
    await kit.execute('notebook:redo-cell-action');
    expect(await kit.sources()).toEqual(after);
  });

  test('an engine whose form was cut is no snippet', async ({ kit }) => {
    await kit.open({ cells: ['a = 1'] });
    await kit.set('form', 'standalone');
    await kit.execute('runtime-kit:insert-snippet', { id: 'drive-mount' });
    const titles = async (): Promise<string[]> =>
      (await kit.inserted('drive-mount')).map(
        ({ source }) => source.split('\n')[0]
      );
    const engine =
      '# @title Mount Drive engine: run this cell, no need to read it';
    expect(await titles()).toEqual([engine, '# @title Mount Drive']);
    // The form alone, not the engine that is selected with it.
    await kit.execute('notebook:move-cursor-up');
    await kit.execute('notebook:move-cursor-down');
    await kit.execute('notebook:cut-cell');
    expect(await titles()).toEqual([engine]);
    await kit.button('drive-mount').click();
    await expect
      .poll(async () => (await titles()).sort())
      .toEqual(['# @title Mount Drive', engine, engine]);
  });

  test('the command returns the ids of the cells it made', async ({ kit }) => {
    await kit.open({ cells: ['a = 1', 'b = 2'] });
    const ids = await kit.execute('runtime-kit:insert-snippet', {
      id: 'gpu-check',
      position: 'top',
      parameters: { REQUIRE_GPU: true }
    });
    const cells = await kit.cells();
    expect(cells.slice(0, ids.length).map(cell => cell.id)).toEqual(ids);
    expect(cells.map(cell => cell.source).join('\n')).toContain(
      'REQUIRE_GPU = True'
    );
  });

  test('position: above, below, top', async ({ kit }) => {
    await kit.open({ cells: ['a', 'b', 'c'] });
    const places: Record<string, string> = { top: '', above: 'a', below: 'b' };
    for (const [position, previous] of Object.entries(places)) {
      const index = (await kit.sources()).indexOf('b');
      await kit.setActive(index);
      const [first] = await kit.execute('runtime-kit:insert-snippet', {
        id: 'gpu-check',
        parameters: {},
        position
      });
      const cells = await kit.cells();
      const at = cells.findIndex(cell => cell.id === first);
      expect(cells[at - 1]?.source ?? '').toBe(previous);
      await kit.execute('notebook:undo-cell-action');
    }
  });

  test("what the notebook or the kernel calls so stays the user's", async ({
    kit,
    page,
    shell
  }) => {
    test.skip(shell === 'notebook', 'the same code in both applications');
    await kit.open({
      cells: [
        'df = {"mine": 1}\nREAD_FILE = "mine"',
        'run = "my own"\nMODEL = "gpt2"'
      ]
    });
    await kit.runAll();
    await kit.set('form', 'standalone');
    await kit.button('checkpoint-resume').click();
    await expect
      .poll(async () => (await kit.sources()).join('\n'))
      .toContain('run_2 = Run(RUN, RUN_FOLDER).track(\n    model=MODEL_2,');
    const [engine, cell] = await kit.inserted('checkpoint-resume');
    expect(engine.source).toMatch(/^Run = make_checkpoint_engine/m);
    expect(cell.source).toContain('`for epoch in run_2.epochs(20):`');
    await expect(
      page.getByText(
        'Your notebook already uses run, MODEL. The new cells use run_2, MODEL_2'
      )
    ).toBeVisible();
    await expect(page.getByLabel('MODEL_2')).toHaveValue('model');
    // A name that only the kernel has, after its cell is gone.
    await kit.setActive(0);
    await kit.execute('notebook:delete-cell');
    await kit.execute('runtime-kit:insert-snippet', { id: 'read-csv' });
    expect((await kit.sources()).join('\n')).toContain(
      'df_2 = read_table(READ_FILE_2, READ_ENCODING, FIRST_ROWS)'
    );
  });

  test('a busy kernel is asked when it is idle, if the user wants that', async ({
    kit,
    page,
    shell
  }) => {
    test.skip(shell === 'notebook', 'the same code in both applications');
    await kit.open({
      cells: [
        'import torch, time\nnet = torch.nn.Linear(1, 1)\n' +
          'adam = torch.optim.Adam(net.parameters())',
        'while not __import__("os").path.exists("go"): time.sleep(0.1)'
      ]
    });
    await kit.set('form', 'standalone');
    await kit.start('notebook:run-all-cells');
    await kit.waitForKernel('busy');
    await expect
      .poll(() => kit.outputs().then(outputs => outputs.length))
      .toBe(2);
    await kit.button('checkpoint-resume').click();
    await expect
      .poll(async () => (await kit.sources()).join('\n'))
      .toContain('MODEL = model');
    await page.getByRole('button', { name: 'Fill in when idle' }).click();
    const folder = (await kit.path()).replace(/[^/]*$/, '');
    await page.contents.uploadContent('', 'text', `${folder}go`);
    await expect
      .poll(async () => (await kit.sources()).join('\n'))
      .toMatch(/MODEL = net\b[^]*OPTIMIZER = adam\b/);
    await kit.execute('notebook:undo-cell-action');
    expect((await kit.sources()).join('\n')).toContain('MODEL = model');
  });

  test('run: the inserted cells are executed', async ({ kit }) => {
    await kit.open();
    await kit.execute('runtime-kit:insert-snippet', {
      id: 'gpu-check',
      run: true
    });
    await expect
      .poll(async () => (await kit.outputs()).join(''), { timeout: 30000 })
      .toMatch(/GPU/);
  });

  test('the library form where the kernel has runtime_kit', async ({ kit }) => {
    await kit.open({ cells: ['import sys'] });
    await kit.execute('runtime-kit:insert-checkpoint-resume');
    const text = (await kit.inserted('checkpoint-resume'))
      .map(cell => cell.source)
      .join('\n');
    expect(text).toContain('from runtime_kit import Run');
  });

  test('a wrong id or value is said, and nothing is inserted', async ({
    kit
  }) => {
    await kit.open({ cells: ['a = 1'] });
    await kit.execute('runtime-kit:insert-snippet', { id: 'gpu-chek' });
    await expect(kit.notifications().first()).toContainText('gpu-check');
    await kit.execute('runtime-kit:insert-snippet', {
      id: 'gpu-check',
      parameters: { REQUIRE_GPU: 'yes' }
    });
    await expect(
      kit.notifications().filter({ hasText: 'REQUIRE_GPU' }).first()
    ).toBeVisible();
    expect(await kit.sources()).toEqual(['a = 1']);
  });
});
