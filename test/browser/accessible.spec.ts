import { seriousFindings } from './axe';
import { expect, test } from './kit';

for (const theme of ['light', 'dark']) {
  test(`axe: buttons, menu and settings, ${theme}`, async ({
    kit,
    page,
    shell
  }) => {
    await kit.open({ cells: ['a'], kernel: false });
    if (theme === 'dark') {
      await kit.execute('apputils:change-theme', {
        theme: 'JupyterLab Dark'
      });
      await page.waitForTimeout(500);
    }
    for (const name of [
      'drive-mount',
      'gpu-check',
      'checkpoint-resume',
      'snippets'
    ]) {
      const item = `[data-jp-item-name="runtime-kit-${name}"]`;
      expect(await seriousFindings(kit, item)).toEqual([]);
      await expect(kit.button(name)).toHaveAttribute('aria-label', /\w/);
      await expect(kit.button(name)).toHaveAttribute('title', /\w/);
    }
    await kit.button('snippets').click();
    await expect(page.locator('.jp-RuntimeKit-menu')).toBeVisible();
    expect(await seriousFindings(kit, '.jp-RuntimeKit-menu')).toEqual([]);
    await page.keyboard.press('Escape');
    if (shell === 'lab') {
      await kit.execute('settingeditor:open', { query: 'Runtime Kit' });
      await page.locator('.jp-RuntimeKit-field summary').first().click();
      await page.getByRole('button', { name: 'Add a snippet' }).click();
      expect(await seriousFindings(kit, '.jp-RuntimeKit-field')).toEqual([]);
    }
  });
}
