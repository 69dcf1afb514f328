import { expect, test } from './kit';

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
