import { expect, test } from './kit';

test('typing rk- offers snippets; accepting one takes the place of the cell', async ({
  kit,
  page,
  shell
}) => {
  test.skip(shell === 'notebook', 'The same completer');
  await kit.open({ cells: ['a = 1', '', 'b = 2'] });
  await kit.set(
    'showDocumentationPanel',
    true,
    '@jupyterlab/completer-extension:manager'
  );
  // The library arrives with the user's first key; the first offer waits for it.
  await page.locator('.jp-Notebook .jp-Cell .cm-content').nth(1).click();
  await page.keyboard.type('rk-');
  const completer = page.locator('.jp-Completer:visible');
  const offer = completer.locator('.jp-Completer-item', {
    hasText: 'rk-gpu-check'
  });
  await expect(offer).toBeVisible();
  await expect(completer.locator('.jp-Completer-docpanel')).toBeVisible();
  await offer.click();
  await expect.poll(() => kit.inserted('gpu-check')).not.toHaveLength(0);
  const made = await kit.inserted('gpu-check');
  expect((await kit.cells()).slice(1, -1)).toEqual(made);

  // One undo brings back what was typed; a cell that comes back has no history.
  await kit.execute('notebook:undo-cell-action');
  expect(await kit.sources()).toEqual(['a = 1', 'rk-', 'b = 2']);
  await kit.execute('notebook:redo-cell-action');
  expect((await kit.cells()).slice(1, -1)).toEqual(made);
  await kit.execute('notebook:undo-cell-action');

  // The same by keyboard, with letters that narrow the offers.
  await page.locator('.jp-Notebook .jp-Cell .cm-content').nth(1).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('rk-');
  await expect(offer).toBeVisible();
  await page.keyboard.type('gpu-che');
  await expect(completer.locator('.jp-Completer-item')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect.poll(() => kit.inserted('gpu-check')).not.toHaveLength(0);
  await expect(completer).toHaveCount(0);
  await kit.execute('notebook:undo-cell-action');
  expect(await kit.sources()).toEqual(['a = 1', 'rk-gpu-che', 'b = 2']);
});
