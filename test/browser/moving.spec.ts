import { rmSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from './kit';
import { test } from './runtime';

/**
 * Frames of the README's moving picture, for scripts/moving_picture.py: a file's name is its
 * number, how long it is shown in milliseconds, and what is written below it.
 */
const FRAMES = '.cache/frames';

// The stand-ins of galata for kernels and sessions know no restart.
test.use({
  kernels: null,
  sessions: null,
  viewport: { width: 1160, height: 680 }
});

const SETUP = `import time, torch
torch.manual_seed(0)
data = torch.utils.data.TensorDataset(torch.randn(320, 64), torch.randint(10, (320,)))
loader = torch.utils.data.DataLoader(data, batch_size=32, shuffle=True)
net = torch.nn.Linear(64, 10)
adam = torch.optim.AdamW(net.parameters())`;

const LOOP = `for epoch in range(20):
    total = 0.0
    for x, y in loader:
        adam.zero_grad()
        loss = torch.nn.functional.cross_entropy(net(x), y)
        loss.backward()
        adam.step()
        total += loss.item()
        time.sleep(0.05)
    print(f"epoch {epoch}: loss {total / len(loader):.3f}")`;

test('frames of the moving picture', async ({ kit, page, runtime, shell }) => {
  test.skip(
    !process.env.RUNTIME_KIT_SCREENSHOTS || shell === 'notebook',
    'only `npm run pictures` makes it, in JupyterLab'
  );
  test.slow();
  rmSync(FRAMES, { recursive: true, force: true });
  mkdirSync(FRAMES, { recursive: true });
  let number = 0;
  const frame = async (milliseconds: number, caption: string) => {
    number += 1;
    const name = `${String(number).padStart(2, '0')} ${milliseconds} ${caption}.png`;
    await page.screenshot({ path: join(FRAMES, name) });
  };
  const output = async () => (await kit.outputs()).join('\n');
  const reached = (text: string) =>
    expect.poll(output, { timeout: 60_000 }).toContain(text);

  await kit.open({ cells: [SETUP, LOOP] });
  await kit.execute('application:toggle-left-area');
  await kit.setActive(1);
  await page.waitForTimeout(500);
  await frame(1800, 'A training loop as you wrote it');
  await kit.button('checkpoint-resume').hover();
  await page.waitForTimeout(300);
  await frame(1000, 'One click');
  await kit.button('checkpoint-resume').click();
  const dialog = page.locator('.jp-Dialog');
  await expect(dialog).toContainText('run.epochs(20)');
  await page.waitForTimeout(700);
  await frame(3500, 'The change is shown first');
  await dialog.getByRole('button', { name: 'Apply', exact: true }).hover();
  await frame(700, 'Apply');
  await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(dialog).toBeHidden();
  await page.waitForTimeout(500);
  await frame(2500, 'The same loop, now resumable');

  await kit.start('notebook:run-all-cells');
  for (const epoch of [1, 2, 3]) {
    await reached(`epoch ${epoch}: loss`);
    await frame(800, 'It trains, and saves in the background');
  }
  await runtime.open();
  await runtime.button('Checkpoint now: notebook').click({ timeout: 60_000 });
  const saved = kit.notifications().filter({ hasText: 'saved at step' });
  await expect(saved.first()).toBeVisible({ timeout: 60_000 });
  await frame(2000, '…or when you ask');
  await runtime.dismissNotifications();
  process.kill(await runtime.kernelPid(), 'SIGKILL');
  const restarting = page.locator('.jp-Dialog', {
    hasText: 'Kernel Restarting'
  });
  await expect(restarting).toBeVisible({ timeout: 60_000 });
  await frame(2500, 'The runtime dies');
  await restarting.getByRole('button', { name: 'Ok' }).click();
  const offer = kit.notifications().filter({ hasText: 'stopped' });
  await expect(offer.first()).toContainText('Resume?', { timeout: 60_000 });
  await page.waitForTimeout(500);
  await frame(2500, 'The run is offered for resuming');
  await kit.execute('notebook:clear-all-cell-outputs');
  await offer.getByRole('button', { name: 'Resume' }).first().click();
  await reached('epoch 17: loss');
  expect(await output()).not.toContain('epoch 2: loss');
  await frame(1500, 'It continues with the batch that was next');
  await reached('epoch 19: loss');
  await kit.waitForKernel('idle');
  await frame(4000, 'Resumed, and finished');
});
