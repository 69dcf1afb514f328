import { expect, test } from './kit';

const NOTEBOOK = '@jupyterlab/notebook-extension:tracker';

for (const mode of ['full', 'contentVisibility']) {
  // `contentVisibility` attaches the cells of a long notebook bit by bit when the
  // page is idle, and nobody can be at a cell before that.
  const at = mode === 'full' ? 500 : 100;

  test.describe(`Windowing mode ${mode}`, () => {
    test('1,000 cells: insert in the middle, undo, reveal', async ({
      kit,
      page
    }) => {
      test.slow();
      await kit.open({
        cells: Array.from({ length: 1000 }, (_, i) => `x${i} = ${i}`),
        kernel: false
      });
      await kit.set('windowingMode', mode, NOTEBOOK);
      await kit.setActive(at);
      await kit.button('gpu-check').click();
      await expect.poll(() => kit.inserted()).not.toHaveLength(0);
      const sources = await kit.sources();
      const made = sources.length - 1000;
      expect(sources[at]).toBe(`x${at} = ${at}`);
      expect(sources[at + 1 + made]).toBe(`x${at + 1} = ${at + 1}`);

      const code = page.locator('.jp-Notebook-cell.jp-mod-active');
      await expect(code).toBeInViewport({ timeout: 120000 });
      await expect(code).toContainText('REQUIRE_GPU');

      // From far away, the second click brings the user back to it.
      await kit.setActive(0);
      await page.evaluate(() =>
        (window as any).jupyterapp.shell.currentWidget.content.scrollToItem(0)
      );
      await kit.button('gpu-check').click();
      await expect(code).toBeInViewport();
      await expect(code).toContainText('REQUIRE_GPU');
      expect(await kit.sources()).toEqual(sources);

      await kit.execute('notebook:undo-cell-action');
      expect((await kit.sources()).length).toBe(1000);
    });
  });
}
