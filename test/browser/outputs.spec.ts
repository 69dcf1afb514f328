import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { seriousFindings } from './axe';
import { cellState, ended, start } from './cellOutputs';
import { expect, test } from './kit';

// The stand-ins of galata for kernels and sessions end them with the page.
test.use({ kernels: null, sessions: null });

/** Prints a line each 0.2 s, draws a bar, and updates a display. */
const PRINTS = `import sys, time
from IPython.display import display, clear_output
from pathlib import Path
print("begin", flush=True)
handle = display("display 0", display_id=True)
i = 0
while not Path("go-on").exists():
    i += 1
    print(f"\\r{i % 7}/7", end="", flush=True)
    handle.update("display %d" % (i % 2))
    time.sleep(0.2)
handle.update("display last")
print("\\rdone  ")
"result"`;

const EXPECTED = [
  { output_type: 'stream', name: 'stdout', text: 'begin\n' },
  {
    output_type: 'display_data',
    data: { 'text/plain': "'display last'" },
    metadata: {}
  },
  { output_type: 'stream', name: 'stdout', text: 'done  \n' },
  {
    output_type: 'execute_result',
    data: { 'text/plain': "'result'" },
    metadata: {},
    execution_count: 1
  }
];

test('a page that is reloaded while a cell runs shows all of its output', async ({
  kit,
  page,
  tmpPath
}) => {
  await kit.open({ cells: [PRINTS, '"second"', '"untouched"'] });
  await start(page, 0, 1);
  await expect
    .poll(async () => (await cellState(page, 0)).outputs.length)
    .toBeGreaterThan(2);
  await kit.goto(`${tmpPath}/notebook.ipynb`);

  // What has been printed is there, and what is printed now is followed.
  await expect
    .poll(async () => (await cellState(page, 0)).state)
    .toBe('running');
  expect((await cellState(page, 0)).outputs[0].text).toBe('begin\n');
  expect((await cellState(page, 1)).state).toBe('running');
  await expect
    .poll(async () => (await cellState(page, 0)).outputs[2]?.text)
    .toMatch(/^\d\/7$/);
  await page.contents.uploadContent('', 'text', `${tmpPath}/go-on`);
  await expect.poll(async () => (await cellState(page, 0)).state).toBe('idle');
  const first = await cellState(page, 0);
  expect(first.outputs).toEqual(EXPECTED);
  expect(first.count).toBe(1);
  await expect.poll(async () => (await cellState(page, 1)).count).toBe(2);
  expect((await cellState(page, 1)).outputs[0].data).toEqual({
    'text/plain': "'second'"
  });
  expect(await cellState(page, 2)).toMatchObject({ outputs: [], count: null });
});

test('a page that is opened after the end shows the output, and undo takes it back', async ({
  kit,
  page,
  tmpPath
}) => {
  await kit.open({ cells: [PRINTS, '"untouched"'] });
  await start(page, 0);
  await expect
    .poll(async () => (await cellState(page, 0)).outputs.length)
    .toBeGreaterThan(2);
  // A page of the server without the application: galata's own goto waits for that.
  await page.evaluate(() => {
    window.location.href = '/api';
  });
  await page.waitForURL('**/api');
  await page.contents.uploadContent('', 'text', `${tmpPath}/go-on`);
  await kit.goto(`${tmpPath}/notebook.ipynb`);
  await expect
    .poll(async () => (await cellState(page, 0)).outputs, { timeout: 30_000 })
    .toEqual(EXPECTED);
  const notice = kit.notifications().filter({ hasText: /Restored 4 outputs/ });
  await notice.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await cellState(page, 0)).outputs).toEqual([]);
});

test('a journal that another program wrote is restored', async ({
  kit,
  page,
  shell,
  tmpPath
}) => {
  test.skip(shell === 'notebook', 'the same code in both applications');
  const path = `${tmpPath}/notebook.ipynb`;
  // The program of the documentation, for this notebook.
  const docs = join(__dirname, '..', '..', 'docs', 'outputs.md');
  const [, program] = /^```python\n(.*?)^```/ms.exec(
    readFileSync(docs, 'utf8')
  )!;
  await kit.open({
    cells: ['train()', program.replace('digits.ipynb', path)]
  });
  await start(page, 1);
  await ended(page, 1, 1);
  await kit.goto(path);
  await ended(page, 0, 1);
  expect((await cellState(page, 0)).outputs).toEqual([
    { output_type: 'stream', name: 'stdout', text: 'epoch 2\n' }
  ]);
});

test('the outputs that are kept can be listed, exported and deleted', async ({
  kit,
  page,
  shell
}) => {
  test.skip(shell === 'notebook', 'the same dialog in both applications');
  await kit.open({ cells: ['print("kept")'] });
  await start(page, 0);
  await expect.poll(async () => (await cellState(page, 0)).count).toBe(1);
  await page.evaluate(() => {
    void (window as any).jupyterapp.commands.execute(
      'runtime-kit:open-outputs'
    );
  });
  const dialog = page.locator('.jp-Dialog');
  const row = dialog.locator('tr', { hasText: 'notebook.ipynb' }).first();
  await expect(row).toBeVisible();
  expect(await seriousFindings(kit, '.jp-Dialog')).toEqual([]);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    row.getByText('Text', { exact: true }).click()
  ]);
  expect(download.suggestedFilename()).toMatch(/\.txt$/);
  const rows = await dialog.locator('tbody tr').count();
  await row.getByRole('button', { name: /^Delete/ }).click();
  await expect(dialog.locator('tbody tr')).toHaveCount(rows - 1);
});
