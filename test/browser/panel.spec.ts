import { seriousFindings } from './axe';
import { expect } from './kit';
import { colab, test } from './runtime';

const WAITS_FOR_FILE = [
  'import os, time',
  'while not os.path.exists("go-on"):',
  '    time.sleep(0.05)'
].join('\n');

test('panel and chip follow a real kernel', async ({
  kit,
  page,
  runtime,
  tmpPath
}) => {
  await kit.open({ cells: [WAITS_FOR_FILE] });
  await expect(runtime.chip()).toHaveText(/GB/);

  // By keys alone.
  await page.locator('.jp-Notebook .jp-Cell').first().click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+F8');
  await expect(runtime.part('memory')).toContainText(/This kernel: [\d.]+ GB/);
  await expect(runtime.part()).toBeFocused();
  await expect(runtime.part()).toContainText('Idle ·');

  await kit.start('notebook:run-all-cells');
  await expect(runtime.part()).toContainText('Cell running ·');
  await page.contents.uploadContent('', 'text', `${tmpPath}/go-on`);
  await expect(runtime.part()).toContainText('Idle ·');
  // It left no trace in the notebook.
  expect((await kit.json()).cells[0].execution_count).toBe(1);
  expect(await kit.outputs()).toEqual(['']);

  await kit.set('monitorChip', false);
  await expect(runtime.chip()).toBeHidden();
  await kit.set('monitor', false);
  await expect(runtime.part()).toContainText('turned off');
  await kit.set('monitor', true);
  await kit.set('monitorChip', true);
  await expect(runtime.chip()).toBeVisible();
});

test('all of the panel is named, readable and reachable by keys', async ({
  kit,
  page,
  runtime
}) => {
  await runtime.begin(['a']);
  await runtime.pretend(colab());
  await expect(runtime.chip()).toHaveText(
    /T4 62 % · 3\.1 \/ 15 GB · 5 h \d+ min/
  );
  await expect(runtime.part('accelerator')).toContainText('54 °C · 41 / 70 W');
  await expect(runtime.part('memory')).toContainText('Almost full');
  await expect(runtime.part('runs')).toContainText('Step 1,230, epoch 3');
  // Nothing is cut off at the width that a sidebar has.
  const overflow = await runtime
    .part()
    .evaluate(({ clientWidth, scrollWidth }) => scrollWidth - clientWidth);
  expect(overflow).toBe(0);
  for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
    await kit.execute('apputils:change-theme', { theme });
    await expect(page.locator('body')).toHaveAttribute(
      'data-jp-theme-name',
      theme
    );
    expect(await seriousFindings(kit, '#jp-runtime-kit-panel')).toEqual([]);
    expect(
      await seriousFindings(kit, '[data-jp-item-name="runtime-kit-monitor"]')
    ).toEqual([]);
  }

  await page.waitForFunction(
    () => document.querySelectorAll('.jp-RuntimeKit-snippet').length > 0
  );
  const controls = await runtime
    .part()
    .locator('summary, input, button:enabled:not([tabindex="-1"])')
    .count();
  await kit.execute('runtime-kit:open-panel');
  const unseen: string[] = [];
  for (let i = 0; i < controls; i++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const { activeElement } = document;
      const isOurs = activeElement?.closest('#jp-runtime-kit-panel');
      const style = activeElement && getComputedStyle(activeElement);
      return isOurs && style!.outlineStyle !== 'none' && style!.outlineWidth
        ? ''
        : (activeElement?.outerHTML.slice(0, 200) ?? 'nothing');
    });
    unseen.push(...(focused ? [focused] : []));
  }
  expect(unseen).toEqual([]);
});

test('snippets are found, inserted and dragged', async ({
  kit,
  page,
  runtime,
  shell
}) => {
  test.skip(shell === 'notebook', 'the same code in both applications');
  await kit.open({ cells: ['first', 'second'], kernel: false });
  await kit.execute('runtime-kit:open-panel');
  const list = runtime.part('snippets').getByRole('row');
  await expect(list).not.toHaveCount(0);
  const all = await list.count();
  await page.getByLabel('Search snippets').fill('gpu says');
  await expect(list).toHaveCount(1);
  await list.getByRole('button', { name: /^Insert now/ }).click();
  await expect.poll(() => kit.inserted('gpu-check')).not.toHaveLength(0);
  await kit.execute('notebook:undo-cell-action');
  await expect.poll(() => kit.sources()).toEqual(['first', 'second']);

  // What was inserted and taken back has scrolled the notebook.
  const target = page.locator('.jp-Notebook .jp-Cell', { hasText: 'second' });
  await target.scrollIntoViewIfNeeded();
  const box = (await target.boundingBox())!;
  await list.getByRole('button').first().hover();
  await page.mouse.down();
  await page.mouse.move(box.x + 200, box.y + 60, { steps: 8 });
  await page.mouse.move(box.x + 200, box.y + 10, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => kit.inserted('gpu-check')).not.toHaveLength(0);
  const sources = await kit.sources();
  expect([sources[0], sources[sources.length - 1]]).toEqual([
    'first',
    'second'
  ]);
  await page.getByLabel('Search snippets').fill('');
  await expect(list).toHaveCount(all);
});

test('a run is saved, verified and deleted only when asked twice', async ({
  kit,
  page,
  runtime,
  shell
}) => {
  test.skip(shell === 'notebook', 'the same code in both applications');
  await runtime.begin(['a']);
  await runtime.pretend(colab());
  await runtime.button('Checkpoint now: digits').click();
  await expect(kit.notifications().first()).toContainText('checkpoint: done');
  await runtime.button('Verify: digits').click();
  // What a training writes to is not deleted under it.
  await expect(runtime.button('Delete…: digits')).toBeDisabled();
  await runtime.button('Delete…: baseline').click();
  const dialog = page.locator('.jp-Dialog');
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await runtime.button('Delete…: baseline').click();
  await page.locator('.jp-Dialog .jp-mod-warn').click();
  await expect
    .poll(() => runtime.calls())
    .toEqual([
      ['checkpoint', '/drive/runs/digits'],
      ['act', 'verify', { folder: '/drive/runs/digits' }],
      ['act', 'delete', { folder: '/drive/runs/baseline' }]
    ]);

  // Minutes before the end it says so and offers the same.
  await kit.set('sessionHours', 7);
  const warning = kit.notifications().filter({ hasText: 'ends in about' });
  await warning.getByRole('button', { name: 'Checkpoint digits now' }).click();
  await expect.poll(async () => (await runtime.calls()).length).toBe(4);
});
