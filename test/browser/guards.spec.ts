import { expect, test } from './kit';

const R = {
  kernelspec: { name: 'ir', display_name: 'R', language: 'R' },
  language_info: { name: 'R' }
};

test.describe('What stands in the way is said', () => {
  test('a read-only notebook stays as it is', async ({ kit, page }) => {
    // Root may write everywhere, so the server's word is changed on its way,
    // to what it says to other users.
    await page.route(/\/api\/contents\/.*notebook\.ipynb\?.*/, async route => {
      const response = await route.fetch();
      const json = await response.json();
      await route.fulfill({ response, json: { ...json, writable: false } });
    });
    await kit.open({ cells: ['a = 1'], kernel: false });
    await kit.button('gpu-check').click();
    await expect(kit.notifications().first()).toContainText('read-only');
    expect(await kit.sources()).toEqual(['a = 1']);
  });

  test('a notebook of another language gets no Python cell', async ({
    kit,
    page
  }) => {
    await kit.open({ cells: ['x <- 1'], metadata: R, kernel: false });
    // Not a click: the application may ask at any moment which kernel to take in
    // place of the one that is not there.
    await kit.execute('runtime-kit:insert-drive-mount');
    await kit.execute('runtime-kit:insert-drive-mount');
    // Said once, and what to do about it.
    await expect(
      page.locator('.Toastify__toast').filter({
        hasText:
          '"Mount Drive" requires a Python kernel. Select one to insert it.'
      })
    ).toHaveCount(1);
    expect(await kit.sources()).toEqual(['x <- 1']);
  });

  test('without a notebook the commands are off, or say so', async ({
    kit,
    page,
    shell
  }) => {
    test.skip(shell === 'notebook', 'Notebook 7 has a page for one notebook');
    await page.goto();
    await page.waitForFunction(() =>
      (window as any).jupyterapp.commands.hasCommand(
        'runtime-kit:insert-snippet'
      )
    );
    const enabled = await page.evaluate(() =>
      (window as any).jupyterapp.commands.isEnabled(
        'runtime-kit:insert-gpu-check'
      )
    );
    expect(enabled).toBe(false);
    await page.evaluate(async () => {
      const registry = (window as any).jupyterapp.pluginRegistry;
      const token = [...registry._services.keys()].find(
        (token: any) => token.name === 'jupyterlab-runtime-kit:ISnippetInserter'
      );
      const inserter = await registry.resolveRequiredService(token);
      await inserter.insert({ id: 'gpu-check' });
    });
    await expect(kit.notifications().first()).toContainText('No notebook');
  });
});

test.describe('Any state of the kernel', () => {
  for (const id of ['gpu-check', 'checkpoint-resume']) {
    test(`no kernel: ${id}`, async ({ kit }) => {
      await kit.open({ cells: ['a'], kernel: false });
      await kit.execute('notebook:shutdown-kernel').catch(() => undefined);
      await kit.button(id).click();
      await expect.poll(() => kit.inserted(id)).not.toHaveLength(0);
    });
  }

  test('busy: defaults after a second, and nothing waits in the kernel', async ({
    kit,
    page
  }) => {
    await kit.open({
      cells: [
        'import time\nprint("begins", flush=True)\ntime.sleep(8)\nprint("slept")'
      ]
    });
    await kit.start('notebook:run-all-cells');
    // Busy would not do: a kernel is so for a moment while it is looked at.
    await expect
      .poll(async () => (await kit.outputs()).join(''))
      .toContain('begins');
    await page.evaluate(() => {
      const { session } = (window as any).jupyterapp.shell.currentWidget
        .sessionContext;
      (window as any).sent = [];
      session.kernel.anyMessage.connect((_: unknown, args: any) => {
        if (args.direction === 'send') {
          (window as any).sent.push(args.msg.header.msg_type);
        }
      });
    });
    await kit.execute('runtime-kit:insert-checkpoint-resume');
    await expect
      .poll(() => kit.inserted('checkpoint-resume'), { timeout: 5000 })
      .not.toHaveLength(0);
    expect((await kit.outputs()).join('')).not.toContain('slept');
    expect(await page.evaluate(() => (window as any).sent)).not.toContain(
      'execute_request'
    );
  });

  test('dead: defaults', async ({ kit, page }) => {
    await kit.open({ cells: ['import os\nos.kill(os.getpid(), 9)'] });
    await kit.start('notebook:run-all-cells');
    // The application's own dialog says that the kernel has died.
    await expect(page.locator('.jp-Dialog')).toBeVisible();
    await kit.execute('runtime-kit:insert-checkpoint-resume');
    await expect
      .poll(() => kit.inserted('checkpoint-resume'))
      .not.toHaveLength(0);
  });
});

test.describe('Names from the kernel', () => {
  test('the names in use go into the cell; nothing of the kernel changes', async ({
    kit
  }) => {
    await kit.open({
      cells: [
        [
          'import torch',
          'teacher = torch.nn.Linear(2, 2)',
          'student = torch.nn.Linear(2, 2)',
          'adam = torch.optim.Adam(student.parameters())',
          'steps = torch.optim.lr_scheduler.StepLR(adam, 1)',
          'names = set(globals())'
        ].join('\n'),
        'def loss(x): return student(x) - teacher(x); student.train()'
      ]
    });
    await kit.set('form', 'standalone');
    await kit.runAll();
    await kit.execute('runtime-kit:insert-checkpoint-resume');
    const text = (await kit.inserted('checkpoint-resume'))
      .map(cell => cell.source)
      .join('\n');
    expect(text).toContain('MODEL = student  # @param');
    expect(text).toContain('OPTIMIZER = adam  # @param');
    expect(text).toContain('SCHEDULER = steps  # @param');
    expect(text).toMatch(/# MODEL: .*teacher \(Linear\)/);

    await kit.execute('notebook:undo-cell-action');
    await kit.page.evaluate(() => {
      const { content } = (window as any).jupyterapp.shell.currentWidget;
      content.widgets[1].model.sharedModel.setSource(
        'print(sorted(set(globals()) - names - {"names", "loss"}), len(In))'
      );
    });
    await kit.runAll();
    // `_i2` and its like are IPython's own traces of running this cell.
    expect((await kit.outputs())[1]).toMatch(/^\[('(_i+\d*|_)'(, )?)*\] 5\s*$/);
  });
});
