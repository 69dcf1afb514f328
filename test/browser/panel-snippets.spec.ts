import { join } from 'node:path';

import { seriousFindings } from './axe';
import { expect } from './kit';
import { test } from './runtime';

test.use({ viewport: { width: 1700, height: 1000 } });

const text = (id: string, requires: string, ...lines: string[]): string =>
  [
    '# ---',
    `# id: ${id}`,
    `# title: The ${id}`,
    `# description: Says what it is told`,
    `# requires: [${requires}]`,
    '# ---',
    '# %%',
    ...lines
  ].join('\n');

test('all that can be done with a snippet is done in the panel, by keys', async ({
  kit,
  page,
  runtime,
  shell
}, testInfo) => {
  test.skip(shell === 'notebook', 'the same code in both applications');
  test.slow();
  await kit.open({ cells: ['first'] });
  await kit.set('userSnippets', {
    asking: text('asking', '', 'NAME = "you"  # @param {type:"string"}'),
    plain: text('plain', '"package:no_such_thing", "tool:no-such-tool"', '1')
  });
  await runtime.open();
  const part = runtime.part('snippets');
  const row = (id: string) => part.locator(`[data-snippet="${id}"]`);
  const dialog = page.getByRole('dialog');
  const menu = page.getByRole('menu');
  const focus = (name: string) =>
    part.getByRole('button', { name, exact: true }).focus();

  // What it lacks in this kernel is said without a click.
  await expect(row('plain')).toContainText(
    'Requires no_such_thing, no-such-tool'
  );
  await expect(row('asking')).not.toContainText('Requires');

  // A form first, and quick where that is wanted.
  await row('asking').getByRole('button').first().focus();
  await page.keyboard.press('Enter');
  await dialog.getByLabel('NAME').fill('all');
  await page.keyboard.press('Enter');
  await expect.poll(() => kit.inserted('asking')).toHaveLength(1);
  await kit.set('whenPresent', 'insert');
  await focus('Insert now: The asking');
  await page.keyboard.press('Enter');
  await expect.poll(() => kit.inserted('asking')).toHaveLength(2);
  expect((await kit.inserted('asking')).map(cell => cell.source)).toEqual([
    'NAME = "all"  # @param {type:"string"}',
    'NAME = "all"  # @param {type:"string"}'
  ]);

  // A snippet of the user's own is edited, copied, hidden, exported, deleted.
  await page.getByLabel('Search snippets').fill('says what it is told');
  await expect(part.getByRole('row')).toHaveCount(2);
  const choose = async (id: string, item: string): Promise<void> => {
    await row(id).getByRole('button').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect(menu).toBeVisible();
    const items = await menu.getByRole('menuitem').allTextContents();
    const names = [
      ...items,
      ...(await menu.getByRole('menuitemcheckbox').allTextContents())
    ];
    expect(names.some(name => name.includes(item))).toBe(true);
    for (let i = 0; i < names.length; i++) {
      const active = menu.locator('.lm-mod-active');
      if ((await active.textContent())!.includes(item)) {
        break;
      }
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
  };
  await choose('plain', 'Edit Snippet');
  const body = dialog.getByLabel('Text');
  await body.fill((await body.inputValue()).replace('The plain', 'The clear'));
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row('plain')).toContainText('The clear');
  await expect(row('plain').getByLabel('More: The clear')).toBeFocused();

  await choose('plain', 'Duplicate');
  await expect(row('plain-2')).toBeVisible();
  await choose('plain-2', 'Hide');
  await expect(row('plain-2')).toHaveCount(0);
  // The focus goes on beside it.
  await expect(part.locator('[role=row] button:focus')).toHaveCount(1);
  await part.getByLabel('Show hidden (1)').check();
  await expect(row('plain-2')).toContainText('Hidden in lists');
  await choose('plain-2', 'Hide');
  await expect(row('plain-2')).not.toContainText('Hidden');

  const download = page.waitForEvent('download');
  await choose('plain', 'Export');
  expect((await download).suggestedFilename()).toBe('plain.py');

  await choose('plain-2', 'Delete');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(row('plain-2')).toHaveCount(0);

  // One that is built in is copied and hidden, and nothing else.
  await page.getByLabel('Search snippets').fill('gpu says');
  await focus('More: Check GPU');
  await page.keyboard.press('Enter');
  await expect(menu.locator('.lm-Menu-itemLabel')).toHaveText([
    'Duplicate Snippet',
    'Hide Snippet in Lists'
  ]);
  await page.keyboard.press('Escape');
  await expect(part.getByLabel('More: Check GPU')).toBeFocused();
  for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
    await kit.execute('apputils:change-theme', { theme });
    await expect(page.locator('body')).toHaveAttribute(
      'data-jp-theme-name',
      theme
    );
    await page.getByLabel('Search snippets').fill('');
    await expect(row('plain')).toBeVisible();
    await focus('More: The clear');
    await page.keyboard.press('Enter');
    await expect(menu).toBeVisible();
    await page.screenshot({ path: join(testInfo.outputDir, `${theme}.png`) });
    expect(await seriousFindings(kit, '.lm-Menu')).toEqual([]);
    expect(await seriousFindings(kit, '#jp-runtime-kit-panel')).toEqual([]);
    await page.keyboard.press('Escape');
  }
});
