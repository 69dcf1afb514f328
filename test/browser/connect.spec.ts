import AxeBuilder from '@axe-core/playwright';
import { ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from './kit';

const SECRET = 'pa55 word';

let folder: string;
let server: ChildProcess;
let url: string;

async function freePort(): Promise<number> {
  return new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runtime-kit-remote-test-'));
  writeFileSync(join(folder, 'found.txt'), 'found');
  const address = `127.0.0.1:${await freePort()}`;
  url = `http://${address}/`;
  const user = ['--user', 'me', '--pass', SECRET];
  server = spawn(
    'rclone',
    ['serve', 'webdav', folder, '--addr', address, ...user],
    { stdio: 'ignore' }
  );
  await expect
    .poll(() =>
      fetch(url).then(
        ({ status }) => status,
        () => 0
      )
    )
    .toBe(401);
});

test.afterAll(() => {
  server?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('connects a remote with the keyboard and leaves no trace', async ({
  kit,
  page,
  shell
}) => {
  test.slow();
  // Both applications share a server, and so rclone's configuration.
  const name = `box-${shell}`;
  await kit.open({ cells: [`!rclone lsf ${name}:`] });
  await page.evaluate(() => {
    const { kernel } = (window as any).jupyterapp.shell.currentWidget
      .sessionContext.session;
    (window as any).sent = [];
    kernel.anyMessage.connect((_: unknown, { direction, msg }: any) => {
      if (direction === 'send') {
        (window as any).sent.push([msg.header.msg_type, JSON.stringify(msg)]);
      }
    });
  });
  await page.menu.clickMenuItem('Runtime>Connect a Remote…');
  const dialog = page.locator('.jp-Dialog');
  await dialog.getByLabel('Remote name').fill(name);
  const { violations } = await new AxeBuilder({ page: page as any })
    .include('.jp-Dialog')
    .analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await dialog.getByLabel('Storage type').selectOption('webdav');
  await dialog.getByLabel('Remote name').press('Enter');
  const answers: Record<string, string> = {
    url,
    vendor: 'other',
    user: 'me',
    pass: SECRET,
    bearer_token: ''
  };
  for (const [label, answer] of Object.entries(answers)) {
    const field = dialog.getByLabel(label, { exact: true });
    // Typed blindly: the field has the focus.
    await expect(field).toBeFocused();
    await expect(field).toHaveAttribute(
      'type',
      /pass|token/.test(label) ? 'password' : 'text'
    );
    await page.keyboard.type(answer);
    await page.keyboard.press('Enter');
  }
  await expect(dialog.getByLabel('config_fs_advanced')).toBeVisible();
  await dialog.getByRole('button', { name: 'Next' }).click();
  await expect(kit.notifications().first()).toContainText(
    `Remote "${name}" connected.`
  );
  await kit.runAll();
  expect((await kit.outputs())[0]).toContain('found.txt');
  const sent: [string, string][] = await page.evaluate(
    () => (window as any).sent
  );
  const telling = sent.filter(([, text]) => text.includes(SECRET));
  expect(telling.map(([type]) => type)).toEqual(['input_reply']);
  expect(JSON.stringify(await kit.json())).not.toContain(SECRET);
});

test('opens, says what is wrong, and Escape gives up', async ({
  kit,
  page
}) => {
  await kit.open();
  await kit.start('runtime-kit:connect-remote');
  const dialog = page.locator('.jp-Dialog');
  await dialog.getByLabel('Remote name').fill('a:b');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText('letters');
  await expect(dialog.getByLabel('Remote name')).toHaveValue('a:b');
  await dialog.getByLabel('Remote name').fill('gdrive');
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('gdrive (1 of 3)')).toBeVisible();
  await expect(
    dialog.getByLabel('What may this kernel do in your Drive?')
  ).toHaveValue('drive');
  await dialog.getByRole('button', { name: 'Next' }).click();
  // Why a client id of one's own is said where it is asked for.
  await expect(dialog.getByText('console.cloud.google.com')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  const [outputs] = await (async () => {
    await kit.setActive(0);
    await page.keyboard.press('Enter');
    await page.keyboard.type(
      'import glob, tempfile; glob.glob(tempfile.gettempdir() + "/runtime-kit-remote-*/rclone.conf")'
    );
    await kit.runAll();
    return kit.outputs();
  })();
  expect(outputs).toBe('[]');
});
