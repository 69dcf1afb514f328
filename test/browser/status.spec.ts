import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';

import { expect, test } from './kit';

const OLD = resolve('.venv-colab/bin/python');
const WAITS = [
  'import os, time',
  'while not os.path.exists("go-on"):',
  '    time.sleep(0.05)'
].join('\n');

async function open(page: Page, path: string): Promise<void> {
  await page.evaluate(async path => {
    await (window as any).jupyterapp.commands.execute('docmanager:open', {
      path
    });
  }, path);
}

/** Kernels with subshells (ipykernel 7) and without. */
for (const name of ['python3', 'without-subshells']) {
  test(`a running cell is never said to be idle (${name})`, async ({
    kit,
    page,
    shell,
    tmpPath
  }) => {
    test.skip(!existsSync(OLD), '.venv-colab was not made');
    const spec = join(
      process.env.RUNTIME_KIT_TEST_FOLDER!,
      'data/kernels/without-subshells'
    );
    mkdirSync(spec, { recursive: true });
    writeFileSync(
      join(spec, 'kernel.json'),
      JSON.stringify({
        argv: [OLD, '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
        display_name: 'Python without subshells',
        language: 'python'
      })
    );
    const metadata = {
      kernelspec: { name, display_name: name, language: 'python' },
      language_info: { name: 'python' }
    };
    await kit.open({ cells: [WAITS], metadata });
    await expect(kit.button('monitor')).toHaveText(/GB/);
    await kit.start('notebook:run-all-cells');
    await kit.waitForKernel('busy');
    const id = await page.evaluate(() => {
      const { kernel } = (window as any).jupyterapp.shell.currentWidget
        .sessionContext.session;
      (window as any).statuses = [];
      kernel.statusChanged.connect((_: unknown, status: string) =>
        (window as any).statuses.push(status)
      );
      return kernel.id;
    });
    if (shell === 'lab') {
      // To another notebook and back, as JupyterLab's own test of its status bar.
      await kit.write(`${tmpPath}/other.ipynb`, { cells: ['a = 1'] });
      await open(page, `${tmpPath}/other.ipynb`);
      await kit.waitForKernel('idle');
      await expect(kit.button('monitor')).toHaveText(/GB/);
      await open(page, `${tmpPath}/notebook.ipynb`);
    } else {
      // The panel is another view of the kernel.
      await kit.execute('runtime-kit:open-panel');
    }
    await kit.waitForKernel('busy');
    const busy = page.locator('#jp-main-statusbar').getByText('Busy');
    if (shell === 'lab') {
      await expect(busy).toBeVisible();
    }
    // It is shown meanwhile: what it knows came without a question.
    await expect(kit.button('monitor')).toHaveText(/GB/);
    // A question would come now, and its status soon after.
    await page.waitForTimeout(2500);
    const response = await page.request.get(`/api/kernels/${id}`);
    expect((await response.json()).execution_state).toBe('busy');
    const statuses = await page.evaluate(() => (window as any).statuses);
    expect(statuses).not.toContain('idle');

    await page.contents.uploadContent('', 'text', `${tmpPath}/go-on`);
    await kit.waitForKernel('idle');
  });
}
