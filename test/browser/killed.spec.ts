import { expect } from './kit';
import { test } from './runtime';

// A wide page; and the stand-ins of galata for kernels and sessions know no
// restart.
test.use({
  kernels: null,
  sessions: null,
  viewport: { width: 1700, height: 1000 }
});

const SETUP = `import os, time
import torch
from torch import nn
torch.manual_seed(1)
x = torch.randn(40, 4)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
loader = torch.utils.data.DataLoader(x, batch_size=4)`;

// Without the file it goes on for ever; with it, to the end of the next epoch.
const TRAIN = `last = run.epoch + 2 if os.path.exists("go-on") else 10**9
for epoch in run.epochs(last):
    for batch in run.batches(loader):
        optimizer.zero_grad()
        (model(batch) ** 2).mean().backward()
        optimizer.step()
        time.sleep(0.02)
run.finish()
print("finished at", run.step, "from", run.resumed_from)`;

test('a training whose kernel is killed goes on where it was saved', async ({
  kit,
  page,
  runtime,
  shell,
  tmpPath
}) => {
  test.skip(shell === 'notebook', 'the same code in both applications');
  test.slow();
  await kit.open({
    cells: [SETUP, 'print("looks at", x.shape)', TRAIN, 'print("below")']
  });
  await kit.setActive(1);
  await kit.execute('runtime-kit:insert-snippet', {
    id: 'checkpoint-resume',
    parameters: { RUN: 'digits', LOADER: 'loader' }
  });
  expect(
    (await kit.inserted('checkpoint-resume')).map(c => c.source).join('\n')
  ).toContain('from runtime_kit import Run');
  await runtime.open();
  const offer = kit.notifications().filter({ hasText: 'digits stopped' });
  /** Train, and have it saved while it trains. Returns the committed step. */
  const trainAndSave = async (): Promise<number> => {
    await runtime.button('Checkpoint now: digits').click();
    const word = kit
      .notifications()
      .filter({ hasText: 'Checkpoint saved at step' })
      .first();
    await expect(word).toBeVisible({ timeout: 60_000 });
    const text = (await word.textContent())!;
    const step = Number(/at step ([\d,]+)/.exec(text)![1].replace(',', ''));
    await runtime.dismissNotifications();
    return step;
  };

  // First it is ended for good, as a server that culls does.
  await kit.start('notebook:run-all-cells');
  await expect(runtime.button('Checkpoint now: digits')).toBeVisible({
    timeout: 60_000
  });
  const first = await trainAndSave();
  await runtime.endKernel();
  await expect(runtime.part()).toContainText('This notebook has no kernel.');
  await expect(runtime.button('Checkpoint now: digits')).toHaveCount(0);
  await page.evaluate(() =>
    (window as any).jupyterapp.shell.currentWidget.sessionContext.changeKernel({
      name: 'python3'
    })
  );
  // A kernel that is asked to end saves the step that it is in.
  await expect(offer.first()).toContainText(
    /at step [\d,]+ \(.*\)\. Resume\?/,
    {
      timeout: 60_000
    }
  );

  // The user goes on by hand, which withdraws the offer; then the kernel is
  // killed without a word, and the server starts another one.
  await kit.start('notebook:run-all-cells');
  await expect(runtime.button('Checkpoint now: digits')).toBeVisible({
    timeout: 60_000
  });
  await expect(offer).toHaveCount(0);
  const second = await trainAndSave();
  expect(second).toBeGreaterThan(first);
  process.kill(await runtime.kernelPid(), 'SIGKILL');
  const dialog = page.locator('.jp-Dialog', { hasText: 'Kernel Restarting' });
  await dialog.getByRole('button', { name: 'Ok' }).click({ timeout: 60_000 });
  await expect(offer.first()).toContainText(
    `at step ${second.toLocaleString('en')}`,
    {
      timeout: 60_000
    }
  );

  await page.contents.uploadContent('', 'text', `${tmpPath}/go-on`);
  await kit.execute('notebook:clear-all-cell-outputs');
  await offer.getByRole('button', { name: 'Resume' }).first().click();
  await expect
    .poll(async () => (await kit.outputs()).join('\n'), { timeout: 60_000 })
    .toContain(`from ${second}`);
  const outputs = await kit.outputs();
  expect(outputs.join('\n')).not.toContain('looks at');
  expect(outputs.join('\n')).not.toContain('below');
  await expect(runtime.part('runs')).toContainText('finished');
  await expect(offer).toHaveCount(0);

  // What is finished is not offered again.
  await kit.restartKernel();
  await expect(runtime.part()).toContainText('Idle ·');
  await expect(runtime.part('runs')).toContainText('finished');
  await expect(offer).toHaveCount(0);
});
