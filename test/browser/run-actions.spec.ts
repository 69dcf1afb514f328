import { seriousFindings } from './axe';
import { expect } from './kit';
import { colab, DIGITS, test } from './runtime';

test.use({ viewport: { width: 1280, height: 800 } });

test.skip(
  ({ shell }) => shell === 'notebook',
  'the same code in both applications, and one test closes the page there'
);

/** Its second step ends when the test says so. */
const TRAIN = [
  'import os, time',
  'from runtime_kit import Run',
  'run = Run("digits", every=10**9).track(state={"weights": [0.0]})',
  'for step in run.steps(3):',
  '    while step == 1 and not os.path.exists("go-on"):',
  '        time.sleep(0.02)'
].join('\n');

test('a checkpoint beside a cell, and one at once when it has ended', async ({
  kit,
  page,
  runtime,
  tmpPath
}) => {
  await runtime.begin([TRAIN]);
  await kit.start('notebook:run-all-cells');
  const save = runtime.button('Checkpoint now: digits');
  await save.click();
  await expect(kit.notifications().first()).toContainText('Saving digits');
  await page.contents.uploadContent('', 'text', `${tmpPath}/go-on`);
  await expect(kit.notifications().first()).toContainText(
    /Checkpoint saved at step [23]/
  );
  await runtime.dismissNotifications();
  // A subshell was asked a moment ago, which makes statuses hard to believe.
  await kit.waitForKernel('idle');
  await save.click();
  await expect(kit.notifications().first()).toContainText(
    'Checkpoint saved at step 3.'
  );
});

test('a page that is loaded over a training reaches it', async ({
  kit,
  page,
  runtime,
  tmpPath
}) => {
  await runtime.begin([TRAIN]);
  await kit.execute('docmanager:save');
  await kit.start('notebook:run-all-cells');
  await expect(runtime.button('Checkpoint now: digits')).toBeVisible();
  await kit.goto(`${tmpPath}/notebook.ipynb`);
  await runtime.open();
  await runtime.button('Checkpoint now: digits').click();
  await expect(kit.notifications().first()).toContainText('Saving digits');
  await page.contents.uploadContent('', 'text', `${tmpPath}/go-on`);
  await expect(kit.notifications().first()).toContainText(
    /Checkpoint saved at step [23]/
  );
});

test('Escape takes back a Delete whose dialog is not there yet', async ({
  kit,
  page,
  runtime
}) => {
  await runtime.begin([
    `${TRAIN.replace('step == 1', 'False')}\nrun.finish(); del run`
  ]);
  await kit.runAll();
  const remove = runtime.button('Delete…: digits');
  await remove.focus();
  const pid = await runtime.kernelPid();
  process.kill(pid, 'SIGSTOP');
  try {
    await page.keyboard.press('Enter');
    await expect(remove).toHaveAttribute('aria-disabled', 'true');
    await page.keyboard.press('Escape');
    await expect(remove).toHaveAttribute('aria-disabled', 'false');
    await expect(remove).toBeFocused();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  // The look that was on its way has ended.
  const { time } = await runtime.sample();
  await expect
    .poll(async () => (await runtime.sample()).time)
    .toBeGreaterThan(time);
  await expect(page.locator('.jp-Dialog')).toHaveCount(0);
  await expect(remove).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('.jp-Dialog')).toContainText(
    'Delete run "digits"?'
  );
  await page.keyboard.press('Escape');
});

test('a notebook that is closed during a request is not called a dead kernel', async ({
  kit,
  page,
  runtime,
  tmpPath
}) => {
  await runtime.begin([TRAIN]);
  await kit.start('notebook:run-all-cells');
  await runtime.button('Checkpoint now: digits').click();
  await expect(kit.notifications().first()).toContainText('Saving digits');
  await kit.execute('docmanager:save');
  await kit.execute('application:close');
  await expect(kit.notifications().first()).toContainText(
    'The notebook was closed. If training continues, the checkpoint will still be saved.'
  );
  // And it is.
  await page.contents.uploadContent('', 'text', `${tmpPath}/go-on`);
  await expect
    .poll(() =>
      page.contents.fileExists(
        `${tmpPath}/runtime-kit-runs/digits/step-000000000002/COMMIT.json`
      )
    )
    .toBe(true);
});

test('a button that is busy keeps the focus', async ({
  kit,
  page,
  runtime
}) => {
  await runtime.begin([`${TRAIN.replace('step == 1', 'False')}\nrun.finish()`]);
  await kit.runAll();
  const verify = runtime.button('Verify: digits');
  await verify.focus();
  await page.keyboard.press('Enter');
  await expect(verify).toHaveAttribute('aria-disabled', 'true');
  await expect(verify).toBeFocused();
  await page.keyboard.press('Enter');
  expect(await seriousFindings(kit, '#jp-runtime-kit-panel')).toEqual([]);
  await expect(kit.notifications()).toContainText(['step 3: good']);
  await expect(verify).toHaveAttribute('aria-disabled', 'false');
  await expect(verify).toBeFocused();
});

test('a run is deleted by keys, and the focus goes on beside it', async ({
  kit,
  page,
  runtime
}) => {
  const both = ['one', 'two'].map(
    name =>
      `${TRAIN.replace('step == 1', 'False').replace('digits', name)}\nrun.finish(); del run`
  );
  await runtime.begin(both);
  await kit.runAll();
  const runs = runtime.part('runs');
  await expect(runs.getByRole('listitem')).toHaveCount(2);
  for (const left of [1, 0]) {
    await runs
      .getByRole('button', { name: /^Delete/ })
      .first()
      .focus();
    await page.keyboard.press('Enter');
    const dialog = page.locator('.jp-Dialog');
    await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(runs.getByRole('listitem')).toHaveCount(left);
    const next = left
      ? runs.getByRole('button', { name: /^Verify/ })
      : runs.locator('summary');
    await expect(next).toBeFocused();
  }
});

test('the limits of the server are read again', async ({
  kit,
  page,
  runtime
}) => {
  let minutes = 10;
  await page.route('**/runtime-kit/limits*', async route => {
    const response = await route.fetch();
    const limits = await response.json();
    const kernels = { interval: 60, connected: true, busy: false };
    const json = {
      ...limits,
      kernels: { ...kernels, idle_timeout: 60 * minutes }
    };
    await route.fulfill({ json });
  });
  await runtime.begin(['a = 1']);
  await expect(runtime.part('time')).toContainText('idle for 10 min');
  // It has other settings when the connection is back.
  minutes = 20;
  await kit.execute('kernelmenu:reconnect-to-kernel');
  await expect(runtime.part('time')).toContainText('idle for 20 min');
  minutes = 30;
  await kit.execute('application:toggle-right-area');
  await expect(runtime.part()).toBeHidden();
  await runtime.open();
  await expect(runtime.part('time')).toContainText('idle for 30 min');
});

test('a run that may be in training is not deleted unasked', async ({
  kit,
  page,
  runtime
}) => {
  await runtime.begin(['a']);
  const written = Date.now() / 1000 - 190;
  const signs = { written, due: written + 900, sign: '1230 0' };
  await runtime.pretend({
    ...colab(),
    runs: [{ ...DIGITS, live: false, ...signs }]
  });
  await runtime.button('Delete…: digits').click();
  const dialog = page.locator('.jp-Dialog');
  await expect(dialog).toContainText(
    'Last written 3 minutes ago. It may still be training: stop it first.'
  );
  expect(await seriousFindings(kit, '.jp-Dialog')).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  expect(await runtime.calls()).toEqual([]);
});

test('the longest name stays within dialog and notification', async ({
  kit,
  page,
  runtime
}) => {
  await runtime.begin(['a']);
  const name = `${'x'.repeat(180)}-last`;
  const live = { ...DIGITS, name };
  const folder = `/drive/runs/${name}`;
  await runtime.pretend({
    ...colab(),
    runs: [live, { ...live, folder, live: false, finished: true }]
  });
  await runtime.button(`Delete…: ${name}`).last().click();
  const dialog = page.locator('.jp-Dialog-content');
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  const overflow = await dialog
    .locator('.jp-Dialog-header')
    .evaluate(({ clientWidth, scrollWidth }) => scrollWidth - clientWidth);
  expect(overflow).toBe(0);
  await page.keyboard.press('Escape');
  await kit.set('sessionHours', 7);
  const button = kit
    .notifications()
    .getByRole('button', { name: /Checkpoint/ });
  await expect(button.first()).toHaveText(/^Checkpoint x+…x+-last now$/);
});
