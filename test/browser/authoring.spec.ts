import { join } from 'node:path';

import { seriousFindings } from './axe';
import { expect, test } from './kit';

const ELYRA = JSON.stringify([
  {
    display_name: 'Say hello',
    schema_name: 'code-snippet',
    metadata: { language: 'Python', code: ['print("imported")'] }
  },
  { name: 'broken' }
]);

test('cells become a snippet, which is edited, copied, hidden, deleted', async ({
  kit,
  page,
  shell
}, testInfo) => {
  test.skip(shell === 'notebook', 'The same dialogs; the forms run there too');
  await kit.open({
    cells: [
      { markdown: '# Greet' },
      '%time x = 1\nNAME = "you"  # @param {type:"string"}'
    ],
    kernel: false
  });
  const own = async (): Promise<Record<string, string>> =>
    page.evaluate(async () => {
      const { settings } = (window as any).jupyterapp.serviceManager;
      const { raw } = await settings.fetch('jupyterlab-runtime-kit:plugin');
      return JSON.parse(raw.replace(/^\s*\/\/.*$/gm, '')).userSnippets ?? {};
    });
  const dialog = page.getByRole('dialog');
  await kit.execute('notebook:select-all');
  await kit.start('runtime-kit:save-cells-as-snippet');
  await expect(dialog.getByLabel('Title')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toHaveText('Enter a title.');
  await dialog.getByLabel('Title').fill('Greet me');
  await dialog.getByLabel('Id').fill('gpu-check');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText('gpu-check');
  expect(await seriousFindings(kit, '.jp-Dialog-content')).toEqual([]);
  await dialog.getByLabel('Id').fill('');
  await page.keyboard.press('Enter');
  await expect.poll(own).toHaveProperty('greet-me');
  await expect(dialog).toHaveCount(0);

  // It inserts what was selected.
  await kit.execute('runtime-kit:insert-snippet', { id: 'greet-me' });
  expect((await kit.inserted('greet-me')).map(c => c.source)).toEqual([
    '# Greet',
    '%time x = 1\nNAME = "you"  # @param {type:"string"}'
  ]);

  await kit.execute('apputils:change-theme', { theme: 'JupyterLab Dark' });
  await page.evaluate(() => {
    const { commands } = (window as any).jupyterapp;
    void commands.execute('runtime-kit:edit-snippet', { id: 'greet-me' });
  });
  const text = dialog.getByLabel('Text');
  const before = await text.inputValue();
  await text.fill(before.replace('"you"', 'you'));
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toContainText('NAME');
  expect(await seriousFindings(kit, '.jp-Dialog-content')).toEqual([]);
  await page.screenshot({ path: join(testInfo.outputDir, 'edit-dark.png') });
  await text.fill(before.replace('"you"', '"all"'));
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect.poll(async () => (await own())['greet-me']).toContain('"all"');

  await kit.execute('runtime-kit:duplicate-snippet', { id: 'greet-me' });
  await expect.poll(own).toHaveProperty('greet-me-2');
  await kit.execute('runtime-kit:hide-snippet', { id: 'greet-me-2' });
  await kit.button('snippets').click();
  await expect(page.getByRole('menuitem', { name: 'Greet me' })).toHaveCount(1);
  await page.keyboard.press('Escape');

  const download = page.waitForEvent('download');
  const exported = await kit.execute('runtime-kit:export-snippet', {
    id: 'greet-me'
  });
  expect((await download).suggestedFilename()).toBe('greet-me.py');
  expect(exported).toBe((await own())['greet-me']);

  await page.evaluate(() => {
    const { commands } = (window as any).jupyterapp;
    void commands.execute('runtime-kit:delete-snippet', { id: 'greet-me-2' });
  });
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect.poll(own).not.toHaveProperty('greet-me-2');

  // Import: a clash is asked about, what is broken is named, the rest is kept.
  const files = [
    { name: 'a.py', text: exported.replace('"all"', '"new"') },
    { name: 'b.json', text: ELYRA }
  ];
  await page.evaluate(files => {
    const { commands } = (window as any).jupyterapp;
    void commands.execute('runtime-kit:import-snippets', { files });
  }, files);
  await dialog.getByRole('button', { name: 'Keep Both' }).click();
  await expect.poll(own).toMatchObject({
    'greet-me': expect.stringContaining('"all"'),
    'greet-me-2': expect.stringContaining('"new"'),
    'say-hello': expect.stringContaining('print("imported")')
  });
  await expect(
    kit.notifications().filter({ hasText: 'broken' }).first()
  ).toContainText("Can't import");
});

test("a team's folder", async ({ kit, page, shell, tmpPath }) => {
  test.skip(shell === 'notebook', 'Read by the same code');
  await kit.open({ cells: ['a'], kernel: false });
  const snippet = (id: string, body: string): string =>
    `# ---\n# id: ${id}\n# title: Team ${id}\n# ---\n# %%\n${body}\n`;
  for (const [name, text] of [
    ['one.py', snippet('one', 'print("team")')],
    ['two.py', snippet('two', 'A = b  # @param {type:"integer"}')]
  ]) {
    await page.contents.uploadContent(text, 'text', `${tmpPath}/team/${name}`);
  }
  await kit.set('snippetSources', [`${tmpPath}/nowhere`, `${tmpPath}/team`]);
  await kit.execute('runtime-kit:refresh-snippet-sources');
  await expect(
    kit.notifications().filter({ hasText: 'nowhere' })
  ).not.toHaveCount(0);
  await expect(
    kit.notifications().filter({ hasText: 'line' }).first()
  ).toContainText('team');
  await kit.execute('runtime-kit:insert-snippet', { id: 'one' });
  expect((await kit.inserted('one')).map(c => c.source)).toEqual([
    'print("team")'
  ]);
  // A new file is there after a refresh; without the setting all are gone.
  await page.contents.uploadContent(
    snippet('three', 'x = 3'),
    'text',
    `${tmpPath}/team/three.py`
  );
  await kit.execute('runtime-kit:refresh-snippet-sources');
  await kit.execute('runtime-kit:insert-snippet', { id: 'three' });
  expect(await kit.inserted('three')).toHaveLength(1);
  await kit.set('snippetSources', []);
  await expect
    .poll(() =>
      page.evaluate(() =>
        (window as any).jupyterapp.commands.label(
          'runtime-kit:insert-snippet',
          { id: 'one' }
        )
      )
    )
    .not.toContain('Team');
});

test("a team's snippet in place of a built-in one", async ({
  kit,
  page,
  shell,
  tmpPath
}) => {
  test.skip(shell === 'notebook', 'Read by the same code');
  await kit.open({ cells: ['a'] });
  const share = async (body: string): Promise<void> => {
    const text = `# ---\n# title: Mount Drive\n# ---\n# %%\n${body}\n`;
    const path = `${tmpPath}/team/drive-mount.py`;
    await page.contents.uploadContent(text, 'text', path);
    await kit.execute('runtime-kit:refresh-snippet-sources');
  };
  await kit.set('snippetSources', [`${tmpPath}/team`]);
  await kit.set('runAfterInsert', true);
  await kit.set('whenPresent', 'insert');
  await share('print("theirs")');

  // The button says whose code it inserts, and the menu too.
  const button = kit.button('drive-mount');
  await expect(button).toHaveAttribute('title', /snippet from .*team/);
  const label = (): Promise<string> =>
    page.evaluate(() =>
      (window as any).jupyterapp.commands.label('runtime-kit:insert-snippet', {
        id: 'drive-mount'
      })
    );
  expect(await label()).toContain('replaces the built-in');

  const dialog = page.locator('.jp-Dialog');
  const sources = async (): Promise<string[]> =>
    (await kit.inserted('drive-mount')).map(({ source }) => source);
  await button.click();
  await expect(dialog).toContainText('print("theirs")');
  await dialog.locator('.jp-mod-reject').click();
  await expect(dialog).toHaveCount(0);
  expect(await sources()).toEqual([]);
  await button.click();
  await dialog.locator('.jp-mod-accept').click();
  await expect.poll(sources).toEqual(['print("theirs")']);
  // Asked once, and run by the user only.
  await button.click();
  await expect.poll(sources).toHaveLength(2);
  await expect(dialog).toHaveCount(0);
  expect(await kit.outputs()).toEqual(['', '', '']);

  await share('print("changed")');
  await button.click();
  await expect(dialog).toContainText('print("changed")');
  await dialog.locator('.jp-mod-reject').click();
  expect(await sources()).toHaveLength(2);
});
