import { PYTHON, expect, test } from './kit';

test.describe('Ways in', () => {
  test('keyboard: the toolbar button inserts once and gives the cell the focus', async ({
    kit,
    page
  }) => {
    await kit.open({ cells: ['a'] });
    await kit.button('gpu-check').focus();
    await page.keyboard.press('Enter');
    await expect(page.locator('.jp-Cell:focus')).toContainText('REQUIRE_GPU');
    expect(
      (await kit.inserted()).filter(({ source }) =>
        source.startsWith('# @title Check GPU\n')
      )
    ).toHaveLength(1);
    await page.keyboard.press('Shift+Enter');
    await expect
      .poll(async () => (await kit.outputs()).join(''), { timeout: 40000 })
      .toMatch(/GPU/);
  });

  test('keyboard: the snippet menu', async ({ kit, page }) => {
    await kit.open({ cells: ['a'], kernel: false });
    await page.locator('.jp-Notebook .jp-Cell').first().click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('F8');
    const menu = page.locator('.jp-RuntimeKit-menu');
    // The menu or its active item.
    const focused = page.locator('.jp-RuntimeKit-menu:focus-within');
    await expect(focused).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(menu).toBeHidden();
    // Left without a choice, the keyboard is the notebook's again.
    const inNotebook = page.locator('.jp-Notebook:focus-within');
    await expect(inNotebook).toBeVisible();
    await kit.button('snippets').click();
    await expect(focused).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(menu).toBeHidden();
    await expect(inNotebook).toBeVisible();

    await kit.button('snippets').focus();
    await page.keyboard.press('Enter');
    await expect(focused).toBeVisible();
    await page.keyboard.press('Enter');
    await expect.poll(() => kit.inserted()).not.toHaveLength(0);
    await expect(page.locator('.jp-Cell:focus')).toBeVisible();

    // So it is behind the panel.
    await page.keyboard.press('Shift+F8');
    await expect(page.locator('.jp-RuntimeKit-panel:focus')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(inNotebook).toBeVisible();
  });

  for (const [keys, id] of [
    ['Control+F8', 'drive-mount'],
    ['Control+Shift+F8', 'gpu-check'],
    ['Shift+F4', 'checkpoint-resume']
  ]) {
    test(`shortcut ${keys}`, async ({ kit, page }) => {
      await kit.open({ cells: ['a'], kernel: false });
      await page.locator('.jp-Notebook .jp-Cell').first().click();
      await page.keyboard.press('Escape');
      await page.keyboard.press(keys);
      await expect.poll(() => kit.inserted(id)).not.toHaveLength(0);
    });
  }

  test('shortcuts work where an editor keeps each letter, and take none', async ({
    kit,
    page
  }) => {
    await kit.open({ cells: ['a', 'b'], kernel: false });
    const editor = page.locator('.jp-Notebook .cm-content').first();
    await editor.click();
    // As the normal state of a vim mode: each key that has a character is its own.
    await editor.evaluate(node => {
      node.addEventListener(
        'keydown',
        event => {
          if ((event as KeyboardEvent).key.length === 1) {
            event.preventDefault();
            event.stopImmediatePropagation();
          }
        },
        true
      );
    });
    await page.keyboard.press('F8');
    const menu = page.locator('.jp-RuntimeKit-menu');
    await expect(menu).toBeVisible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+F8');
    await expect.poll(() => kit.inserted('drive-mount')).not.toHaveLength(0);

    // Option+R and its like, on macOS; and a letter that an input method takes.
    await page.locator('.jp-Notebook .cm-content').last().click();
    const isFree = await page.evaluate(() =>
      [
        { key: '®', code: 'KeyR', keyCode: 82, altKey: true },
        { key: '‰', code: 'KeyR', keyCode: 82, altKey: true, shiftKey: true },
        { key: 'Process', code: 'KeyD', keyCode: 229 }
      ].map(keys =>
        document.activeElement!.dispatchEvent(
          new KeyboardEvent('keydown', {
            ...keys,
            bubbles: true,
            cancelable: true
          })
        )
      )
    );
    expect(isFree).toEqual([true, true, true]);
    await page.keyboard.insertText('®');
    expect((await kit.sources()).at(-1)).toContain('®');
  });

  test('no shortcut clashes with those of the application', async ({
    kit,
    page
  }) => {
    await kit.open({ kernel: false });
    const { ours, others } = await page.evaluate(() => {
      const bindings = (window as any).jupyterapp.commands.keyBindings.map(
        (binding: any) => ({
          command: binding.command,
          keys: binding.keys.join(' ')
        })
      );
      const mine = (b: any) => b.command.startsWith('runtime-kit:');
      return {
        ours: bindings.filter(mine),
        others: bindings.filter((b: any) => !mine(b)).map((b: any) => b.keys)
      };
    });
    expect(ours.length).toBe(6);
    for (const { keys } of ours) {
      // One key, without a character on any keyboard, so that none is taken from
      // who writes, and no second one is needed that an editor or an input method
      // may take, or at which Alt is still held. Alt is the window manager's.
      expect(keys).toMatch(/^((Ctrl|Shift|Accel) )*F\d+$/);
      // Neither the same keys nor a beginning of the other's.
      expect(others).not.toContain(keys);
      expect(others).not.toContain(keys.split(' ')[0]);
      expect(
        others.filter((other: string) => other.startsWith(`${keys} `))
      ).toEqual([]);
    }
  });

  test('main menu, context menu, palette', async ({ kit, page, shell }) => {
    await kit.open({ cells: ['a'], kernel: false });
    await page.getByRole('menuitem', { name: 'Runtime' }).first().click();
    // The application gives an item with a submenu no role.
    await page.locator('.lm-Menu-item', { hasText: 'All Snippets' }).hover();
    await page
      .locator('#jp-mainmenu-runtime-kit-snippets')
      .getByRole('menuitem', { name: 'Mount Drive' })
      .click();
    await expect.poll(() => kit.inserted('drive-mount')).not.toHaveLength(0);

    await kit.setActive(0);
    await page.locator('.jp-Notebook .jp-Cell').first().click({
      button: 'right'
    });
    await page.locator('.lm-Menu-item', { hasText: /^Runtime/ }).hover();
    await page
      .locator('#jp-contextmenu-runtime-kit')
      .getByRole('menuitem', { name: 'Check GPU' })
      .click();
    await expect.poll(() => kit.inserted('gpu-check')).not.toHaveLength(0);

    await kit.execute('apputils:activate-command-palette');
    const palette = page.locator('.lm-CommandPalette');
    await palette.locator('input').fill('Checkpoint & resume');
    await palette
      .locator('[data-command="runtime-kit:insert-checkpoint-resume"]')
      .click();
    await expect
      .poll(() => kit.inserted('checkpoint-resume'))
      .not.toHaveLength(0);
    expect(['lab', 'notebook']).toContain(shell);
  });

  test("Runtime menu: the machine that Colab starts, as Colab's own menu sets it", async ({
    kit,
    page
  }) => {
    const colab = { provenance: [], gpuType: 'V100' };
    await kit.open({
      cells: ['a'],
      kernel: false,
      metadata: { ...PYTHON, accelerator: 'GPU', colab }
    });
    // JupyterLab clears the history when it has loaded a notebook.
    await page.waitForFunction(
      () =>
        (window as any).jupyterapp.shell.currentWidget.content.model.sharedModel
          .undoManager.undoStack.length === 0
    );
    const submenu = page.locator('#jp-mainmenu-runtime-kit-colab');
    const open = async (): Promise<string[]> => {
      await page.getByRole('menuitem', { name: 'Runtime' }).first().click();
      await page
        .locator('.lm-Menu-item', { hasText: 'Colab Runtime Type' })
        .hover();
      await expect(submenu).toBeVisible();
      return submenu.locator('.lm-mod-toggled').allTextContents();
    };
    const saved = async (): Promise<unknown> => {
      await kit.execute('docmanager:save');
      const { metadata } = await kit.json();
      return [metadata.accelerator, metadata.colab];
    };
    expect(await open()).toEqual(['V100 GPU']);
    await submenu.getByText('L4 GPU').click();
    expect(await saved()).toEqual(['GPU', { ...colab, gpuType: 'L4' }]);

    expect(await open()).toEqual(['L4 GPU']);
    await expect(submenu.getByText('V100 GPU')).toBeHidden();
    await submenu.getByText('v5e-1 TPU').click();
    expect(await saved()).toEqual(['TPU', { ...colab, gpuType: 'V5E1' }]);

    await kit.execute('notebook:undo-cell-action');
    expect(await saved()).toEqual(['GPU', { ...colab, gpuType: 'L4' }]);
    expect(await open()).toEqual(['L4 GPU']);
    await submenu.getByText('CPU', { exact: true }).click();
    expect(await saved()).toEqual([undefined, { provenance: [] }]);
    expect(await open()).toEqual(['CPU']);
    await page.keyboard.press('Escape');
  });

  test('every command describes itself', async ({ kit, page }) => {
    await kit.open({ kernel: false });
    const commands = await page.evaluate(async () => {
      const { commands } = (window as any).jupyterapp;
      const ids = commands
        .listCommands()
        .filter((id: string) => id.startsWith('runtime-kit:'));
      return Promise.all(
        ids.map(async (id: string) => ({
          id,
          label: commands.label(id),
          caption: commands.caption(id),
          args: (await commands.describedBy(id)).args
        }))
      );
    });
    expect(commands.length).toBeGreaterThanOrEqual(5);
    for (const { id, label, caption, args } of commands) {
      expect(label, id).not.toBe('');
      expect(caption, id).not.toBe('');
      expect(args, id).toMatchObject({ type: 'object' });
    }
  });
});
