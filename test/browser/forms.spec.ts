import { join } from 'node:path';

import { seriousFindings } from './axe';
import { expect, ICellState, Kit, test } from './kit';

/** What the settings hold of a snippet's values. */
async function remembered(kit: Kit): Promise<any> {
  return kit.page.evaluate(async () => {
    const { settings } = (window as any).jupyterapp.serviceManager;
    const plugin = await settings.fetch('jupyterlab-runtime-kit:plugin');
    return plugin.raw;
  });
}

async function dark(kit: Kit): Promise<void> {
  await kit.execute('apputils:change-theme', { theme: 'JupyterLab Dark' });
  await expect(kit.page.locator('body')).toHaveAttribute(
    'data-jp-theme-light',
    'false'
  );
}

const COLAB = [
  '#@title Anybody',
  'name = \'ann\'  #@param {type: "string"}',
  'level = 3  #@param {type:"slider", min:1, max:9, step:1}  # How far it goes',
  'colour = "red" #@param ["red", "blue"]',
  'when = "2026-01-02" #@param {type:"date"}',
  'code = max(1, 2) #@param {type:"raw"}',
  'left = f(1) #@param {type:"string"}',
  'print(name)'
].join('\n');

test('Alt opens a form before the insertion', async ({
  kit,
  page
}, testInfo) => {
  await kit.open({ cells: ['a'], kernel: false });
  await kit.button('snippets').click();
  await page
    .getByRole('menuitem', { name: 'Check GPU' })
    .click({ modifiers: ['Alt'] });
  const dialog = page.getByRole('dialog');
  const memory = dialog.getByLabel('MIN_MEMORY_GB');
  await memory.fill('lots');
  await page.keyboard.press('Enter');
  // It stays open, says what is wrong at the field, and has the focus there.
  await expect(dialog.getByRole('alert')).toHaveText('Enter a number.');
  await expect(memory).toBeFocused();
  await expect(memory).toHaveAttribute('aria-invalid', 'true');
  expect(await seriousFindings(kit, '.jp-Dialog-content')).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  expect(await kit.sources()).toEqual(['a']);

  // The same by keyboard alone, from a toolbar button's command and the menu.
  await dark(kit);
  await kit.execute('runtime-kit:open-snippets');
  await page.locator('.jp-RuntimeKit-menu').waitFor();
  const active = page.locator('.jp-RuntimeKit-menu .lm-mod-active');
  while (!/Check GPU/.test((await active.textContent()) ?? '')) {
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Alt+Enter');
  await memory.fill('2.5');
  await page.keyboard.press('Tab');
  expect(await seriousFindings(kit, '.jp-Dialog-content')).toEqual([]);
  await page.screenshot({ path: join(testInfo.outputDir, 'form-dark.png') });
  await memory.press('Enter');
  await expect.poll(() => kit.inserted('gpu-check')).not.toHaveLength(0);
  const text = (await kit.sources()).join('\n');
  expect(text).toContain('MIN_MEMORY_GB = 2.5');
  expect(
    (await kit.inserted('gpu-check'))[0].metadata.runtime_kit
  ).toMatchObject({ parameters: { MIN_MEMORY_GB: 2.5 } });
  await expect.poll(() => remembered(kit)).toMatch(/"MIN_MEMORY_GB": 2.5/);

  // The next form starts from it, and an escape changes nothing.
  const before = await kit.sources();
  await kit.button('gpu-check').click({ modifiers: ['Alt'] });
  await expect(memory).toHaveValue('2.5');
  // The keyboard goes round in it, and is seen on a checkbox too.
  const first = dialog.getByLabel('REQUIRE_GPU');
  await expect(first).toBeFocused();
  await expect(first).toHaveCSS('outline-style', 'solid');
  const insert = dialog.getByRole('button', { name: 'Insert' });
  await page.keyboard.press('Shift+Tab');
  await expect(insert).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(first).toBeFocused();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await kit.sources()).toEqual(before);

  // What the cell's comments say of its parameters is in the form.
  await kit.button('checkpoint-resume').click({ modifiers: ['Alt'] });
  await expect(
    dialog.getByLabel('RUN', { exact: true })
  ).toHaveAccessibleDescription(/^What is saved\./);
  await expect(dialog.getByLabel('RUN_FOLDER')).toHaveAttribute(
    'placeholder',
    'empty'
  );
  await page.screenshot({ path: join(testInfo.outputDir, 'form-help.png') });
  await page.keyboard.press('Escape');
});

test("edit the parameters of anybody's cell", async ({
  kit,
  page
}, testInfo) => {
  await kit.open({ cells: ['x = 1', COLAB], kernel: false });
  const button = page.locator(
    '.jp-cell-toolbar [data-jp-item-name="runtime-kit-edit-parameters"]:visible'
  );
  await kit.setActive(0);
  await expect(button).toHaveCount(0);
  await kit.setActive(1);
  await button.locator('jp-button').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText("Line 7 can't be edited here")).toBeVisible();
  await expect(
    dialog.getByLabel('level', { exact: true })
  ).toHaveAccessibleDescription('How far it goes');
  await dialog.getByLabel('name', { exact: true }).fill('"; import os #');
  await dialog.getByLabel('level', { exact: true }).fill('7');
  await dialog.getByLabel('colour').selectOption('blue');
  await dialog.getByLabel('when').fill('2026-03-04');
  await dialog.getByLabel('code').fill('max(1, 2');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText('Brackets');
  await dialog.getByLabel('code').fill('max(4, 5)');
  expect(await seriousFindings(kit, '.jp-Dialog-content')).toEqual([]);
  await page.screenshot({ path: join(testInfo.outputDir, 'edit-light.png') });
  await dialog.getByRole('button', { name: 'Apply' }).click();
  const edited = COLAB.replace("'ann'", '"\\"; import os #"')
    .replace('level = 3', 'level = 7')
    .replace('"red" #', '"blue" #')
    .replace('2026-01-02', '2026-03-04')
    .replace('max(1, 2)', 'max(4, 5)');
  await expect.poll(() => kit.sources()).toEqual(['x = 1', edited]);
  expect((await kit.cells())[1].metadata).not.toHaveProperty('runtime_kit');
  await kit.execute('notebook:undo-cell-action');
  expect(await kit.sources()).toEqual(['x = 1', COLAB]);

  // A cell of ours remembers the change, and the command's state follows.
  const hasForm = (cell: ICellState): boolean =>
    /^REQUIRE_GPU =/m.test(cell.source);
  await kit.execute('runtime-kit:insert-gpu-check');
  await kit.start('runtime-kit:edit-parameters');
  await dialog.getByLabel('REQUIRE_GPU').check();
  await page.keyboard.press('Enter');
  await expect
    .poll(async () => (await kit.sources()).join('\n'))
    .toContain('REQUIRE_GPU = True');
  const [ours] = (await kit.inserted()).filter(hasForm);
  expect(ours.metadata.runtime_kit.parameters.REQUIRE_GPU).toBe(true);
  await kit.execute('notebook:undo-cell-action');
  const [undone] = (await kit.inserted()).filter(hasForm);
  expect(undone.metadata.runtime_kit.parameters.REQUIRE_GPU).toBe(false);
});
