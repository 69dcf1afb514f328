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

  test('a flood of %snippet is served, and leaves the cells around it', async ({
    kit
  }) => {
    const count = 40;
    const lines = Array.from({ length: count }, () => '%snippet imports');
    await kit.open({ cells: [lines.join('\n'), 'last = 1'] });
    await kit.button('snippets').click();
    await kit.page.keyboard.press('Escape');
    await kit.runAll();
    await expect
      .poll(async () => (await kit.inserted('imports')).length)
      .toBeGreaterThan(0);
    const sources = await kit.sources();
    expect(sources[0]).toBe(lines.join('\n'));
    expect(sources.at(-1)).toBe('last = 1');
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
