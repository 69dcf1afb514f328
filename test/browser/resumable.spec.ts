import { seriousFindings } from './axe';
import { expect, Kit, test } from './kit';

const MODEL = `# 모델 🙂
class Optimizer:
    pass

optimizer = Optimizer()`;
const SETUP = `import torch
net = torch.nn.Linear(2, 2)
opt = torch.optim.SGD(net.parameters(), lr=0.1)`;
const LOOP = `losses = []  # 손실 🙂
for epoch in range(3):
    for x in loader:
        opt.zero_grad()
        loss = net(x).sum()
        loss.backward()
        opt.step()
    losses.append(loss.item())`;
const RUN = `from runtime_kit import Run

run = Run("notebook").track(net=net, opt=opt)`;
const RESUMABLE = `losses = []  # 손실 🙂
for epoch in run.epochs(3):
    for x in run.batches(loader):
        opt.zero_grad()
        loss = net(x).sum()
        loss.backward()
        opt.step()
    losses.append(loss.item())
run.finish()`;

const dialog = (kit: Kit) => kit.page.locator('.jp-Dialog');
const press = (kit: Kit, name: string) =>
  dialog(kit).getByRole('button', { name, exact: true }).click();

test.describe('Make training resumable', () => {
  test('the button shows a diff; Apply is one undo step', async ({ kit }) => {
    await kit.open({ cells: [SETUP, { markdown: '# Train' }, LOOP] });
    await kit.button('checkpoint-resume').click();
    const shown = dialog(kit);
    await expect(shown).toContainText('Make training resumable');
    await expect(shown).toContainText('New cell before cell 3');
    await expect(
      shown.getByLabel('Cell 3', { exact: true }).first()
    ).toContainText('for epoch in run.epochs(3):');
    // What is taken away: two lines, not the last one, which only gets a next.
    await expect(shown.locator('.cm-deletedLine')).toHaveText([
      'for epoch in range(3):',
      '    for x in loader:'
    ]);
    const ticks = shown.getByRole('checkbox');
    await expect(ticks).toHaveCount(3);
    for (const tick of await ticks.all()) {
      await expect(tick).toBeChecked();
    }
    expect(await kit.sources()).toEqual([SETUP, '# Train', LOOP]);
    expect(await seriousFindings(kit, '.jp-Dialog')).toEqual([]);

    await press(kit, 'Apply');
    await expect(shown).toBeHidden();
    const applied = [SETUP, '# Train', RUN, RESUMABLE];
    await expect.poll(() => kit.sources()).toEqual(applied);
    await kit.execute('notebook:undo-cell-action');
    expect(await kit.sources()).toEqual([SETUP, '# Train', LOOP]);
    await kit.execute('notebook:redo-cell-action');
    expect(await kit.sources()).toEqual(applied);
  });

  test('the magic opens the same diff', async ({ kit }) => {
    const magic = '%snippet checkpoint-resume --propose';
    await kit.open({ cells: [SETUP, LOOP, magic] });
    await kit.setActive(2);
    await kit.start('notebook:run-cell');
    await expect(dialog(kit)).toContainText('for epoch in run.epochs(3):');
    await press(kit, 'Apply');
    await expect
      .poll(() => kit.sources())
      .toEqual([SETUP, RUN, RESUMABLE, magic]);
  });

  test('works with the keyboard alone', async ({ kit }) => {
    await kit.open({ cells: [SETUP, LOOP] });
    await kit.start('runtime-kit:make-resumable');
    const tick = dialog(kit).getByRole('checkbox', { name: 'Line 3' });
    const { keyboard } = kit.page;
    const isFocused = () => tick.evaluate(el => el === document.activeElement);
    for (let steps = 0; steps < 20 && !(await isFocused()); steps += 1) {
      await keyboard.press('Tab');
    }
    await keyboard.press('Space');
    await expect(tick).not.toBeChecked();
    await keyboard.press('Space');
    await expect(tick).toBeChecked();
    await keyboard.press('Enter');
    await expect(dialog(kit)).toBeHidden();
    await expect.poll(() => kit.sources()).toEqual([SETUP, RUN, RESUMABLE]);
  });

  test('what is not ticked is not applied', async ({ kit }) => {
    await kit.open({ cells: [SETUP, LOOP] });
    await kit.start('runtime-kit:make-resumable');
    const tick = dialog(kit).getByRole('checkbox', { name: 'Line 3' });
    await tick.uncheck();
    await expect(dialog(kit)).not.toContainText('run.batches');
    await press(kit, 'Apply');
    await expect
      .poll(async () => (await kit.sources())[2])
      .toBe(RESUMABLE.replace('run.batches(loader)', 'loader'));
  });

  test('Cancel and Escape change nothing', async ({ kit }) => {
    await kit.open({ cells: [SETUP, LOOP] });
    await kit.start('runtime-kit:make-resumable');
    await press(kit, 'Cancel');
    await expect(dialog(kit)).toBeHidden();
    await kit.start('runtime-kit:make-resumable');
    await expect(dialog(kit)).toContainText('run.epochs');
    await kit.page.keyboard.press('Escape');
    await expect(dialog(kit)).toBeHidden();
    expect(await kit.sources()).toEqual([SETUP, LOOP]);
  });

  test('Insert only inserts the cell and leaves the loop', async ({ kit }) => {
    await kit.open({ cells: [SETUP, LOOP] });
    await kit.button('checkpoint-resume').click();
    await press(kit, 'Insert only');
    await expect
      .poll(() => kit.inserted('checkpoint-resume'))
      .not.toHaveLength(0);
    const sources = await kit.sources();
    expect(sources).toContain(SETUP);
    expect(sources).toContain(LOOP);
  });

  test('says why not, and names the line', async ({ kit }) => {
    const loop = LOOP.replace('range(3)', 'names');
    await kit.open({ cells: [MODEL, SETUP, loop] });
    await kit.button('checkpoint-resume').click();
    await expect(dialog(kit)).toContainText('Cell 3, line 2: This loop has');
    await press(kit, 'Cancel');
    expect(await kit.sources()).toEqual([MODEL, SETUP, loop]);
  });

  test('asks a busy kernel beside its cell, and leaves it busy', async ({
    kit
  }) => {
    const held =
      'from torch import optim\nmade = optim.SGD(net.parameters(), 1)';
    const loop = LOOP.replaceAll('opt.', 'made.');
    const busy = 'import time; time.sleep(60)';
    await kit.open({ cells: [SETUP, held, loop, busy] });
    await kit.setActive(3);
    await kit.start('notebook:run-cell');
    await kit.waitForKernel('busy');
    await kit.button('checkpoint-resume').click();
    await expect(dialog(kit)).toContainText('run.epochs(3)');
    await press(kit, 'Apply');
    await expect
      .poll(() => kit.sources())
      .toContain(RUN.replace('opt=opt', 'made=made'));
    await kit.waitForKernel('busy');
  });

  test('without a kernel it says so and still inserts', async ({ kit }) => {
    await kit.open({ cells: [SETUP, LOOP] });
    await kit.page.evaluate(() =>
      (window as any).jupyterapp.shell.currentWidget.sessionContext.shutdown()
    );
    await kit.button('checkpoint-resume').click();
    await expect(dialog(kit)).toContainText('No kernel is running.');
    await press(kit, 'Insert only');
    await expect
      .poll(() => kit.inserted('checkpoint-resume'))
      .not.toHaveLength(0);
  });

  test('says what is unsure, left alone and kept', async ({ kit }) => {
    const cells = [
      SETUP,
      'from helpers import batches',
      `for epoch in range(3):
    for x in batches(epoch):
        opt.zero_grad()
        net(x).sum().backward()
        opt.step()
    torch.save(net.state_dict(), "net.pt")`,
      LOOP.replace('range(3)', 'names')
    ];
    await kit.open({ cells });
    await kit.start('runtime-kit:make-resumable');
    const shown = dialog(kit);
    await expect(shown).toContainText('Cell 4, line 2: This loop has no range');
    await expect(shown).toContainText(
      'Cell 3, line 6: torch.save saves a checkpoint of your own.'
    );
    await expect(
      shown.getByRole('checkbox', { name: 'if batches gives the same' })
    ).not.toBeChecked();
    await expect(shown.getByRole('status')).toContainText(
      'after each epoch only'
    );
    await shown
      .getByRole('checkbox', { name: 'Resumes at the epoch' })
      .uncheck();
    await expect(shown.getByRole('status')).toContainText('nothing is applied');
    await expect(
      shown.getByRole('checkbox', { name: 'end of the training' })
    ).toBeDisabled();
    expect(await seriousFindings(kit, '.jp-Dialog')).toEqual([]);
    await press(kit, 'Apply');
    expect(await kit.sources()).toEqual(cells);
  });

  test('a notebook that is read-only is left alone', async ({ kit, page }) => {
    await kit.open({ cells: [SETUP, LOOP] });
    await page.evaluate(() => {
      const { content } = (window as any).jupyterapp.shell.currentWidget;
      content.model.readOnly = true;
    });
    await kit.start('runtime-kit:make-resumable');
    await expect(kit.notifications().first()).toContainText('read-only');
    await expect(dialog(kit)).toBeHidden();
    expect(await kit.sources()).toEqual([SETUP, LOOP]);
  });
});
