import { join } from 'node:path';

import { expect, test } from './kit';

const USER_SNIPPET = [
  '# ---',
  '# id: greet',
  '# title: Greet',
  '# description: Says hello',
  '# languages: [python]',
  '# version: 1',
  '# ---',
  '# %%',
  'NAME = "you"  # @param {type:"string"}',
  'print("hello", NAME)'
].join('\n');

test.describe('Settings apply without a reload', () => {
  test('when present: reveal marks the cell, insert adds another', async ({
    kit,
    page
  }) => {
    await kit.open({ cells: ['a', 'b', 'c'], kernel: false });
    await kit.execute('runtime-kit:insert-gpu-check');
    const once = await kit.cells();
    const form = (await kit.inserted()).filter(c => c.type === 'code').at(-1)!;

    await kit.setActive(0);
    await kit.button('gpu-check').click();
    // First what is gone after a moment.
    await expect(page.locator('.jp-RuntimeKit-flash')).toBeVisible();
    await expect(kit.notifications().first()).toContainText('already');
    expect((await kit.cells())[await kit.activeIndex()].id).toBe(form.id);
    expect(await kit.cells()).toEqual(once);

    // The notification offers what the user may have meant.
    await page.getByRole('button', { name: 'Insert another' }).click();
    await expect
      .poll(async () => (await kit.cells()).length)
      .toBeGreaterThan(once.length);

    const twice = (await kit.cells()).length;
    await kit.set('whenPresent', 'insert');
    await kit.button('gpu-check').click();
    await expect
      .poll(async () => (await kit.cells()).length)
      .toBeGreaterThan(twice);
  });

  test('a double click inserts once, also where the kernel is asked first', async ({
    kit
  }) => {
    await kit.open({ cells: ['a = 1', 'b = 2'] });
    for (const [name, title] of [
      ['drive-mount', 'Mount Drive'],
      ['checkpoint-resume', 'Checkpoint & resume']
    ]) {
      await kit.button(name).dblclick();
      // The second click is answered once the first one has its cells.
      await expect(
        kit
          .notifications()
          .filter({ hasText: `"${title}" is already` })
          .first()
      ).toBeVisible();
      const inserted = await kit.inserted(name);
      const forms = inserted.filter(({ source }) =>
        source.startsWith(`# @title ${title}\n`)
      );
      expect(forms).toHaveLength(1);
    }
  });

  test('position, values, run after insert', async ({ kit }) => {
    await kit.open({ cells: ['a', 'b'] });
    await kit.setActive(1);
    await kit.set('insertPosition', 'top');
    await kit.set('runAfterInsert', true);
    await kit.set('parameters', { 'gpu-check': { MIN_MEMORY_GB: 1.5 } });
    await kit.button('gpu-check').click();
    await expect
      .poll(async () => (await kit.outputs()).join(''), { timeout: 40000 })
      .toMatch(/GPU/);
    const cells = await kit.cells();
    expect(cells[0].metadata.runtime_kit.parameters.MIN_MEMORY_GB).toBe(1.5);
    expect(cells.map(c => c.source).join('\n')).toContain(
      'MIN_MEMORY_GB = 1.5'
    );
  });

  test('a value that does not fit is named, and nothing is inserted', async ({
    kit
  }) => {
    await kit.open({ cells: ['a'], kernel: false });
    await kit.set('parameters', { 'gpu-check': { REQUIRE_GPU: 'perhaps' } });
    await kit.button('gpu-check').click();
    await expect(kit.notifications().first()).toContainText('REQUIRE_GPU');
    expect(await kit.sources()).toEqual(['a']);
  });

  test('user snippets: good ones work, a broken one is named once', async ({
    kit,
    page
  }) => {
    await kit.open({ cells: ['a'] });
    await kit.set('userSnippets', {
      greet: USER_SNIPPET,
      torn: USER_SNIPPET.replace('"you"', 'you').replace('greet', 'torn')
    });
    const broken = kit.notifications().filter({ hasText: 'torn' });
    await expect(broken.first()).toContainText('NAME, line 9');
    await kit.set('insertPosition', 'above');
    await page.waitForTimeout(500);
    await expect(broken).toHaveCount(1);

    await kit.button('snippets').click();
    await page.getByRole('menuitem', { name: 'Greet' }).click();
    await expect.poll(() => kit.inserted('greet')).toHaveLength(1);
    await kit.runAll();
    expect((await kit.outputs()).join('')).toContain('hello you');
  });

  test('hidden snippets leave the menu', async ({ kit, page }) => {
    await kit.open({ cells: ['a'], kernel: false });
    await kit.set('hiddenSnippets', ['gpu-check']);
    await kit.button('snippets').click();
    await expect(
      page.getByRole('menuitem', { name: 'Mount Drive' })
    ).toBeVisible();
    await expect(page.getByRole('menuitem', { name: 'Check GPU' })).toHaveCount(
      0
    );
  });
});

test.describe('Settings editor', () => {
  test('parameters and own snippets have a form', async ({
    kit,
    page,
    shell
  }, testInfo) => {
    test.skip(
      shell === 'notebook',
      'Notebook 7 opens the settings editor in a tab of its own'
    );
    await kit.open({ cells: ['a'], kernel: false });
    await kit.execute('settingeditor:open', { query: 'Runtime Kit' });
    const values = page.getByRole('group', { name: 'Parameter values' });
    const remote = values
      .getByRole('group', { name: 'Mount Drive' })
      .getByLabel('RCLONE_REMOTE');
    await values.getByText('Mount Drive', { exact: true }).click();
    await expect(remote).toHaveAttribute('placeholder', /^Default: \S/);
    await remote.fill('gdrive');
    const memory = page.getByLabel('MIN_MEMORY_GB');
    await values.getByText('Check GPU', { exact: true }).click();
    await memory.fill('lots');
    await expect(page.getByRole('alert')).toContainText('MIN_MEMORY_GB');
    await page.getByRole('button', { name: 'Add a snippet' }).click();
    const text = page.getByLabel('Text', { exact: true });
    await expect(text).toContainText('id: my-snippet-1');
    await text.fill('no snippet');
    await expect(page.getByRole('alert').last()).toContainText('my-snippet-1');
    // Which snippets are hidden is chosen by their titles, in folded groups.
    const hidden = page.getByRole('group', {
      name: 'Hidden snippets'
    });
    const sharing = hidden.getByText('Sharing', { exact: true });
    await expect(hidden.getByLabel('Check GPU')).not.toBeChecked();
    await expect(hidden.getByRole('checkbox')).toHaveCount(3);
    await sharing.click();
    await hidden
      .getByRole('group', { name: 'Sharing' })
      .getByRole('checkbox')
      .first()
      .check();
    await page.getByRole('button', { name: 'Add a source' }).click();
    await page.getByLabel('New source').fill('team/snippets');
    await page.getByLabel('New source').press('Enter');
    await expect(page.getByLabel('Source 1')).toHaveValue('team/snippets');
    await page.screenshot({
      path: join(testInfo.outputDir, 'settings.png'),
      fullPage: true
    });
    // No description is there twice.
    const descriptions = await page
      .locator('.jp-SettingsForm :is(.jp-FormGroup-description, p):visible')
      .allTextContents();
    const said = descriptions.filter(Boolean);
    expect(said).toEqual([...new Set(said)]);
    // The editor saves a moment after the last change.
    await expect
      .poll(() =>
        page.evaluate(async () => {
          const { settings } = (window as any).jupyterapp.serviceManager;
          const plugin = await settings.fetch('jupyterlab-runtime-kit:plugin');
          return plugin.raw;
        })
      )
      .toMatch(
        /"RCLONE_REMOTE": "gdrive"[^]*"team\/snippets"|"team\/snippets"[^]*"RCLONE_REMOTE": "gdrive"/
      );
  });
});
