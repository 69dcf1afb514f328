import { join } from 'node:path';

import { expect, Kit } from './kit';
import { colab, test } from './runtime';

/**
 * The pictures of the README. They land in the test's own folder; with
 * `RUNTIME_KIT_SCREENSHOTS=1` in docs/images/.
 */
async function picture(kit: Kit, name: string, folder: string): Promise<void> {
  const images = process.env.RUNTIME_KIT_SCREENSHOTS ? 'docs/images' : folder;
  const image = await kit.page.screenshot({ path: join(images, name) });
  // An empty page compresses to a few KB.
  expect(image.length).toBeGreaterThan(20000);
}

const TRAINING = [
  'import torch',
  '',
  'net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 10))',
  'adam = torch.optim.AdamW(net.parameters())',
  'warmup = torch.optim.lr_scheduler.StepLR(adam, step_size=5)'
].join('\n');

test('pictures', async ({ kit, page, shell }, testInfo) => {
  test.slow();
  const folder = testInfo.outputDir;
  await page.setViewportSize({ width: 1200, height: 760 });
  await kit.open({ cells: [TRAINING] });
  await kit.set('form', 'standalone');
  await kit.runAll();
  if (shell === 'lab') {
    await kit.execute('application:toggle-left-area');
  }

  await kit.button('gpu-check').click();
  await expect.poll(() => kit.inserted('gpu-check')).not.toHaveLength(0);
  await page.keyboard.press('Shift+Enter');
  await expect
    .poll(async () => (await kit.outputs()).join(''), { timeout: 40000 })
    .toMatch(/GPU check:/);
  await kit.waitForKernel('idle');
  await kit.button('snippets').click();
  await expect(page.locator('.jp-RuntimeKit-menu')).toBeVisible();
  await picture(kit, `${shell}-gpu-check.png`, folder);
  await page.keyboard.press('Escape');
  if (shell === 'notebook') {
    return;
  }

  await kit.setActive(0);
  await kit.button('checkpoint-resume').click();
  await expect
    .poll(() => kit.inserted('checkpoint-resume'))
    .not.toHaveLength(0);
  // The names of the notebook are in the cell.
  expect(
    (await kit.inserted('checkpoint-resume')).map(c => c.source).join()
  ).toContain('MODEL = net');
  await page.waitForTimeout(1000);
  await picture(kit, 'lab-checkpoint-resume.png', folder);

  await kit.execute('apputils:change-theme', { theme: 'JupyterLab Dark' });
  await page.waitForTimeout(1000);
  await kit.execute('settingeditor:open', { query: 'Runtime Kit' });
  await page.locator('.jp-RuntimeKit-field summary').first().click();
  await page.waitForTimeout(500);
  await picture(kit, 'lab-settings-dark.png', folder);
});

const LOOP = [
  'best, history = 0.0, []',
  'for epoch in range(20):',
  '    total = 0.0',
  '    for x, y in loader:',
  '        adam.zero_grad()',
  '        loss = torch.nn.functional.cross_entropy(net(x), y)',
  '        loss.backward()',
  '        adam.step()',
  '        total += loss.item()',
  '    history.append(total / len(loader))',
  '    best = max(best, history[-1])'
].join('\n');

const FORM = [
  '#@title Train a model { display-mode: "form" }',
  '#@markdown Choose the **data** and how long to train.',
  'data = "digits"  #@param ["digits", "cats", "street signs"] {allow-input: true}',
  'epochs = 20  #@param {type:"slider", min:1, max:100, step:1}',
  'augment = True  #@param {type:"boolean"}',
  'print(f"{epochs} epochs on {data}")'
].join('\n');

test('picture of the diff', async ({ kit, page, shell }, testInfo) => {
  test.skip(shell === 'notebook', 'the README shows them in JupyterLab');
  const folder = testInfo.outputDir;
  await page.setViewportSize({ width: 1200, height: 860 });
  await kit.open({ cells: [TRAINING, LOOP] });
  await kit.execute('application:toggle-left-area');
  await kit.setActive(1);
  await kit.button('checkpoint-resume').click();
  const dialog = page.locator('.jp-Dialog');
  await expect(dialog).toContainText('run.epochs(20)');
  await page.waitForTimeout(500);
  await picture(kit, 'lab-resumable.png', folder);
  await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(dialog).toBeHidden();
});

test('picture of a form', async ({ kit, page, shell }, testInfo) => {
  test.skip(shell === 'notebook', 'the README shows it in JupyterLab');
  const folder = testInfo.outputDir;
  await page.setViewportSize({ width: 1000, height: 420 });
  await kit.open({ cells: [FORM], kernel: false });
  await kit.execute('apputils:change-theme', { theme: 'JupyterLab Dark' });
  await kit.execute('application:toggle-left-area');
  await expect(page.locator('.jp-RuntimeKit-cellForm')).toBeVisible();
  await page.waitForTimeout(1000);
  await picture(kit, 'lab-form-dark.png', folder);
});

test('picture of the panel', async ({
  kit,
  page,
  runtime,
  shell
}, testInfo) => {
  test.skip(shell === 'notebook', 'the README shows it in JupyterLab');
  await page.setViewportSize({ width: 1400, height: 1000 });
  await kit.open({ cells: [TRAINING] });
  await kit.set('form', 'standalone');
  await kit.runAll();
  await kit.execute('application:toggle-left-area');
  await kit.button('checkpoint-resume').click();
  await expect
    .poll(() => kit.inserted('checkpoint-resume'))
    .not.toHaveLength(0);
  await runtime.open();
  await runtime.pretend(colab());
  await expect(runtime.part('runs')).toContainText('digits');
  await page.waitForTimeout(1000);
  await picture(kit, 'lab-panel.png', testInfo.outputDir);
});
