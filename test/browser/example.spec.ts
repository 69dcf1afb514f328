import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from './kit';
import { test } from './runtime';

// The stand-ins of galata for kernels and sessions know no restart.
test.use({ kernels: null, sessions: null });

const EXAMPLE = join(__dirname, '../../examples/resume-training.ipynb');

test('the example is made resumable by one click, and offered after a restart', async ({
  kit,
  page,
  runtime,
  shell,
  tmpPath
}) => {
  test.skip(shell === 'notebook', 'The same code in both applications');
  test.setTimeout(240000);
  const path = `${tmpPath}/example.ipynb`;
  await page.contents.uploadContent(
    readFileSync(EXAMPLE, 'utf8'),
    'text',
    path
  );
  await kit.goto(path);
  await kit.waitForKernel('idle');
  await kit.button('checkpoint-resume').click();
  await kit.page
    .locator('.jp-Dialog')
    .getByRole('button', { name: 'Apply', exact: true })
    .click();
  await expect
    .poll(async () => (await kit.sources()).join())
    .toContain('run = Run("example")');
  await runtime.open();
  const offer = kit.notifications().filter({ hasText: 'example stopped' });
  const last = async (): Promise<string> => (await kit.outputs()).at(-1)!;

  await kit.start('notebook:run-all-cells');
  await expect.poll(last, { timeout: 120000 }).toMatch(/epoch +3\b/);
  await expect(runtime.part('runs')).toContainText('example');
  await kit.restartKernel();

  await expect(offer.first()).toContainText(/at step [\d,]+ \(.+\)\. Resume\?/);
  await offer
    .getByRole('button', { name: 'Resume', exact: true })
    .first()
    .click();
  await expect
    .poll(async () => (await kit.outputs()).join('\n'), { timeout: 120000 })
    .toMatch(/resumed 'example' from step/);
  await expect.poll(last, { timeout: 120000 }).toMatch(/epoch +[1-9]/);
  await expect.poll(last, { timeout: 120000 }).not.toMatch(/epoch +0\b/);
});
