import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from './kit';
import { test } from './runtime';

test.use({ viewport: { width: 1700, height: 1000 } });

/** A remote that is a folder, as rclone's configuration in this notebook's. */
const MOUNT = `import os
from pathlib import Path
from runtime_kit import drive
here = Path.cwd()
(here / "box").mkdir()
(here / "rclone.conf").write_text(f"[box]\\ntype = alias\\nremote = {here / 'box'}\\n")
os.environ["RCLONE_CONFIG"] = str(here / "rclone.conf")
os.environ["RUNTIME_KIT_STATE"] = str(here / "state")
os.environ["RCLONE_VFS_WRITE_BACK"] = "3s"
DRIVE = drive.mount(here / "mounted", remote="box")
_ = (DRIVE / "result.txt").write_text("result")
print(drive.status()["provider"], "in", here)`;

const TRAIN = `from runtime_kit import Run
run = Run("digits", here / "runtime-kit-runs").track(state={"weights": [0.5]})
for step in run.steps(7):
    pass
run.finish()`;

/** The rclone processes that serve a mount point. */
function mounts(below: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words[0].endsWith('rclone') && words.includes(below);
      } catch {
        return false;
      }
    })
    .map(Number);
}

let mounted = '';

test.afterEach(() => {
  for (const pid of mounted ? mounts(mounted) : []) {
    process.kill(pid, 'SIGTERM'); // rclone unmounts
  }
  if (mounted) {
    // What a test that failed has left dead; nothing is mounted any more else.
    spawnSync('fusermount3', ['-u', '-z', '-q', mounted]);
  }
});

test('storage is flushed and brought back, and a run exported', async ({
  kit,
  page,
  runtime,
  shell
}) => {
  test.skip(shell === 'notebook', 'the same code in both applications');
  test.slow();
  await runtime.begin([MOUNT, TRAIN, 'drive.unmount(force=True)']);
  const run = async (index: number): Promise<string> => {
    await kit.setActive(index);
    await kit.execute('notebook:run-cell');
    await kit.waitForKernel('idle');
    return (await kit.outputs())[index];
  };
  const told = await run(0);
  const [, provider, here] = /^(rclone-\w+) in (.*)$/m.exec(told)!;
  mounted = join(here, 'mounted');
  const storage = runtime.part('storage');
  await expect(storage).toContainText(provider);
  await expect(storage).toContainText('connected');

  const sent = join(here, 'box', 'result.txt');
  await storage.getByRole('button', { name: 'Flush' }).click();
  // It says so when the remote has it, not before.
  const word = (text: string | RegExp) =>
    kit.notifications().filter({ hasText: text }).first();
  await expect(word(/box.* has /)).toBeVisible({ timeout: 60_000 });
  expect(readFileSync(sent, 'utf8')).toBe('result');

  await run(1);
  await expect(runtime.part('runs')).toContainText('finished');
  await runtime
    .part('runs')
    .getByRole('button', { name: 'Export…: digits' })
    .click();
  const file = page.locator('.jp-Dialog input');
  await expect(file).toHaveValue('digits-7.safetensors');
  await page.locator('.jp-Dialog .jp-mod-accept').click();
  await expect(word('digits-7.safetensors')).toBeVisible({ timeout: 60_000 });
  expect(existsSync(join(here, 'digits-7.safetensors'))).toBe(true);

  if (provider === 'rclone-mount') {
    // The mount dies; every path below it answers "not connected" now.
    const [pid] = mounts(mounted);
    process.kill(pid, 'SIGKILL');
    await runtime.part().getByRole('button', { name: 'Refresh' }).click();
    await expect(storage).toContainText('unreachable');
  }
  await storage.getByRole('button', { name: 'Remount' }).click();
  await expect(word('is mounted again.')).toBeVisible({ timeout: 60_000 });
  expect(readFileSync(join(mounted, 'result.txt'), 'utf8')).toBe('result');
  await run(2);
  expect(mounts(mounted)).toEqual([]);
});
