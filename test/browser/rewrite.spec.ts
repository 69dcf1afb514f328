import { expect, test } from './kit';

test('what changes is shown side by side, and one undo takes it back', async ({
  kit,
  page,
  shell
}, testInfo) => {
  test.skip(shell === 'notebook', 'the same code in both applications');
  await kit.open({ cells: ['x = 1'], kernel: false });
  await kit.set('form', 'library');
  await kit.execute('runtime-kit:insert-snippet', { id: 'drive-mount' });
  const before = await kit.sources();
  expect(before.join('\n')).toContain('from runtime_kit import drive');

  await kit.start('runtime-kit:make-notebook-portable');
  const dialog = page.locator('.jp-Dialog');
  const sides = dialog.getByRole('textbox', { name: 'Mount Drive' });
  await expect(sides).toHaveCount(2);
  await expect(sides.first()).toContainText('def install_runtime_kit(');
  await expect(sides.last()).toContainText('def mount_drive(');
  const editors = dialog.locator('.cm-editor');
  const [left, right] = await Promise.all([
    editors.first().boundingBox(),
    editors.last().boundingBox()
  ]);
  expect(right!.x).toBeGreaterThanOrEqual(left!.x + left!.width - 1);
  expect(right!.width).toBeGreaterThan(400);
  await page.screenshot({ path: testInfo.outputPath('rewrite.png') });

  await dialog.getByRole('button', { name: 'Replace Cells' }).click();
  await expect
    .poll(async () => (await kit.sources()).join('\n'))
    .toContain('def mount_drive(');
  await kit.execute('notebook:undo-cell-action');
  expect(await kit.sources()).toEqual(before);
});
