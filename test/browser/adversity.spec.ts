import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { expect, Kit, PLUGIN, test } from './kit';

/** What may go wrong around an insertion, and must lose or hang nothing. */
test.describe('Adversity', () => {
  test('a kernel that dies over an insertion does not take it along', async ({
    kit,
    page
  }) => {
    await kit.open({ cells: ['import os, signal'] });
    await page.evaluate(() => {
      const app = (window as any).jupyterapp;
      const { kernel } = app.shell.currentWidget.sessionContext.session;
      kernel.requestExecute({
        code: 'import os, signal; os.kill(os.getpid(), signal.SIGKILL)'
      });
      void app.commands.execute('runtime-kit:insert-snippet', {
        id: 'checkpoint-resume'
      });
    });
    await expect
      .poll(() => kit.inserted('checkpoint-resume'))
      .not.toHaveLength(0);
    expect((await kit.sources())[0]).toBe('import os, signal');
  });

  test('a server that fails leaves the built-in snippets', async ({
    kit,
    page
  }) => {
    await page.route(
      /api\/(settings\/jupyterlab-runtime-kit|runtime-kit)/,
      route => route.fulfill({ status: 500, body: 'out of order' })
    );
    await kit.open({ cells: ['a = 1'], kernel: false });
    await kit.execute('runtime-kit:insert-snippet', { id: 'gpu-check' });
    await expect.poll(() => kit.inserted('gpu-check')).not.toHaveLength(0);
    // Nor can the notebook be saved: what was inserted stays in the page.
    await page.route(/api\/contents/, route =>
      route.request().method() === 'PUT'
        ? route.fulfill({ status: 500, body: 'disk full' })
        : route.continue()
    );
    await kit.execute('runtime-kit:insert-snippet', { id: 'drive-mount' });
    await expect.poll(() => kit.inserted('drive-mount')).not.toHaveLength(0);
  });

  test('a flood of %snippet is served once each, in order, below its cell', async ({
    kit
  }) => {
    const wanted = Array.from({ length: 40 }, (_, i) => `package_${i}`);
    const lines = wanted.map(name => `%snippet imports MORE_IMPORTS=${name}`);
    const cells = ['first = 1', lines.join('\n'), 'last = 1'];
    // Run before anybody touches the page.
    await kit.open({ cells });
    await kit.runAll();
    const requests = async () =>
      (await kit.inserted('imports')).flatMap(
        ({ source }) => /^MORE_IMPORTS = "(.*?)"/m.exec(source)?.[1] ?? []
      );
    await expect.poll(requests).toEqual(wanted);
    // None comes twice, and none comes late.
    await kit.page.waitForTimeout(2000);
    expect(await requests()).toEqual(wanted);
    const all = await kit.cells();
    const others = all.filter(({ metadata }) => !metadata.runtime_kit);
    expect(others.map(({ source }) => source)).toEqual(cells);
    expect(all.slice(0, 2).map(({ source }) => source)).toEqual(
      cells.slice(0, 2)
    );
    expect(all.at(-1)?.source).toBe('last = 1');
    expect((await kit.outputs()).join('')).toBe('');
  });

  test('a reload in a dialog leaves the notebook as it was', async ({
    kit,
    page
  }) => {
    await kit.open({ cells: ['a = 1'], kernel: false });
    await kit.button('gpu-check').click({ modifiers: ['Alt'] });
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.reload();
    await page.locator('.jp-Notebook .jp-Cell').first().waitFor();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.waitForFunction(
      () =>
        (window as any).jupyterapp?.shell.currentWidget?.context?.isReady ===
        true
    );
    expect(await kit.sources()).toEqual(['a = 1']);
    await kit.button('gpu-check').click();
    await expect.poll(() => kit.inserted('gpu-check')).not.toHaveLength(0);
  });
});

/** What people and machines do at the wrong moment. */
test.describe('Adversity in one of the applications', () => {
  test.beforeEach(({ shell }) => {
    test.skip(shell === 'notebook', 'the same code in both applications');
  });

  test('rapid clicks insert each snippet once, and undo one by one', async ({
    kit,
    page
  }) => {
    await kit.open({ cells: ['a = 1'], kernel: false });
    await page.evaluate(() => {
      const { commands } = (window as any).jupyterapp;
      for (let i = 0; i < 10; i++) {
        for (const name of ['gpu-check', 'drive-mount']) {
          document
            .querySelector<HTMLElement>(
              `.jp-NotebookPanel [data-jp-item-name="runtime-kit-${name}"] jp-button`
            )!
            .click();
          void commands.execute('runtime-kit:insert-snippet', { id: name });
        }
      }
    });
    await expect.poll(() => kit.inserted('drive-mount')).toHaveLength(2);
    await expect.poll(() => kit.inserted('gpu-check')).toHaveLength(3);
    await kit.execute('notebook:undo-cell-action');
    expect(await kit.inserted('gpu-check')).toHaveLength(3);
    expect(await kit.inserted('drive-mount')).toEqual([]);
    await kit.execute('notebook:undo-cell-action');
    expect(await kit.sources()).toEqual(['a = 1']);
  });

  test('two tabs on one notebook: each serves the cells that it runs', async ({
    baseURL,
    context,
    kit,
    page,
    tmpPath
  }) => {
    await kit.open({ cells: ['%snippet imports MORE_IMPORTS=mine', 'a = 1'] });
    const tab = await context.newPage();
    await tab.goto(`${baseURL}/lab/tree/${tmpPath}/notebook.ipynb`);
    await tab.locator('.jp-Notebook .jp-Cell').first().waitFor();
    const other = new Kit(
      tab as unknown as IJupyterLabPageFixture,
      'lab',
      tmpPath
    );
    await other.waitForKernel('idle');
    await kit.runAll();
    await expect.poll(() => kit.inserted('imports')).not.toHaveLength(0);
    await other.execute('runtime-kit:insert-snippet', { id: 'gpu-check' });
    await expect.poll(() => other.inserted('gpu-check')).not.toHaveLength(0);
    // What one inserted is not in the other, which neither asked nor saved.
    expect(await other.inserted('imports')).toEqual([]);
    expect(await kit.inserted('gpu-check')).toEqual([]);
    await tab.close();
    await page.bringToFront();
  });

  test('a connection that is cut: an insertion neither waits nor is lost', async ({
    kit,
    page
  }) => {
    await kit.open({ cells: ['model = 1'] });
    await page.evaluate(() => {
      const { session } = (window as any).jupyterapp.shell.currentWidget
        .sessionContext;
      session.kernel._ws.close();
    });
    await kit.execute('runtime-kit:insert-snippet', {
      id: 'checkpoint-resume'
    });
    await expect
      .poll(() => kit.inserted('checkpoint-resume'))
      .not.toHaveLength(0);
    // It connects again, and is asked again.
    await kit.execute('runtime-kit:insert-snippet', { id: 'imports' });
    await expect.poll(() => kit.inserted('imports')).not.toHaveLength(0);
    expect((await kit.sources())[0]).toBe('model = 1');
  });

  for (const raw of [
    '{"insertPosition": 7, "userSnippets": {"a": 1}, "monitor": "x"}',
    '{{{'
  ]) {
    test(`settings that are damaged: ${raw}`, async ({ kit, page }) => {
      await page.route(
        url => decodeURIComponent(url.href).includes(`api/settings/${PLUGIN}`),
        async route => {
          if (route.request().method() !== 'GET') {
            return route.continue();
          }
          const response = await route.fetch();
          const json = await response.json();
          return route.fulfill({ response, json: { ...json, raw } });
        }
      );
      await kit.open({ cells: ['a = 1'], kernel: false });
      await kit.execute('runtime-kit:insert-snippet', { id: 'gpu-check' });
      await expect.poll(() => kit.inserted('gpu-check')).not.toHaveLength(0);
    });
  }

  test('5,000 snippets of the user', async ({ kit, page }) => {
    await kit.open({ cells: ['a = 1'], kernel: false });
    const text = (i: number): string =>
      `# ---\n# id: own-${i}\n# title: Own ${i}\n# tags: [t${i % 50}]\n# ---\n# %%\nX = ${i}  # @param {type:"integer"}\n`;
    const own = Object.fromEntries(
      Array.from({ length: 5000 }, (_, i) => [`own-${i}`, text(i)])
    );
    await kit.set('userSnippets', own);
    await kit.execute('runtime-kit:insert-snippet', { id: 'own-4999' });
    await expect.poll(() => kit.inserted('own-4999')).toHaveLength(1);
    await kit.button('snippets').click();
    await expect(page.getByRole('menu')).toBeVisible();
    await page.keyboard.press('Escape');
    await kit.execute('runtime-kit:open-panel');
    await page.getByLabel('Search snippets').fill('own 4321');
    await expect(page.locator('[data-snippet="own-4321"]')).toBeVisible();
  });
});
