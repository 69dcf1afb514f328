import { execFileSync } from 'node:child_process';

import { expect, test as base } from '../browser/kit';

/** `python`: that of the environment with the older JupyterLab. */
const test = base.extend<{ python: string }>({
  python: ['', { option: true }]
});

test('JupyterLab lists the extension as fit for it', ({ python }) => {
  // It writes to both streams, and its words have colours.
  const list = execFileSync(
    'sh',
    ['-c', `"${python}" -m jupyter labextension list 2>&1`],
    { encoding: 'utf8' }
  );
  expect(list).toMatch(/jupyterlab-runtime-kit v\S+ \S*enabled\S* \S*OK/);
  expect(list).not.toMatch(/not compatible|incompatible|outdated/i);
});

test('a snippet runs, the panel shows the runtime, nothing is warned of', async ({
  kit,
  page
}) => {
  const said: string[] = [];
  page.on('console', message => {
    if (/warning|error/.test(message.type())) {
      said.push(message.text());
    }
  });
  page.on('pageerror', error => said.push(error.message));
  await kit.open({ cells: ['a = 1'] });
  await kit.button('gpu-check').click();
  await expect.poll(() => kit.inserted('gpu-check')).not.toHaveLength(0);
  await kit.runAll();
  await expect
    .poll(async () => (await kit.outputs()).join(''))
    .toMatch(/GPU|accelerator/i);

  // JupyterLab's own items are all there on a small screen.
  await page.setViewportSize({ width: 1000, height: 800 });
  for (const name of ['save', 'cellType', 'kernelName', 'executionProgress']) {
    await expect(
      page.locator(`.jp-NotebookPanel-toolbar [data-jp-item-name="${name}"]`)
    ).toBeVisible();
  }

  await page.setViewportSize({ width: 1700, height: 1000 });
  await kit.execute('runtime-kit:open-panel');
  await expect(
    page.locator('#jp-runtime-kit-panel [data-section="memory"]')
  ).toContainText(/This kernel: [\d.]+ GB/);

  // What module federation says of a version that does not fit.
  const about = said.filter(text =>
    /runtime.?kit|unsatisfied version|no satisfying version/i.test(text)
  );
  expect(about).toEqual([]);
});
