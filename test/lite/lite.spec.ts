import { expect, test } from './site';

test('JupyterLab: every snippet is inserted, without a server', async ({
  site,
  page
}) => {
  await site.open('lab', 'python.ipynb');
  await site.withoutKernel();

  await site.button('gpu-check').click();
  await expect.poll(() => site.inserted()).toContain('gpu-check');
  // One undo takes back the click.
  await site.execute('notebook:undo-cell-action');
  await expect.poll(() => site.inserted()).toEqual([]);

  await site.button('snippets').click();
  const menu = page.locator('.jp-RuntimeKit-menu');
  await menu.getByText('Mount Drive', { exact: true }).click();
  await expect.poll(() => site.inserted()).toContain('drive-mount');

  const ids: string[] = await page.evaluate(() => {
    const { pluginRegistry } = (window as any).jupyterapp;
    const token = [...pluginRegistry._services.keys()].find((token: any) =>
      token.name.endsWith(':ISnippetCatalog')
    );
    return pluginRegistry
      .resolveRequiredService(token)
      .then((catalog: any) => catalog.load())
      .then((library: any) => library.list().map(({ id }: any) => id));
  });
  expect(ids.length).toBeGreaterThanOrEqual(3);
  for (const id of ids) {
    await site.execute('runtime-kit:insert-snippet', { id });
    expect(await site.inserted(), id).toContain(id);
  }
});

test('the welcome notebook shows the three buttons and a form', async ({
  site,
  page
}) => {
  await site.open('lab', 'welcome.ipynb');
  await site.withoutKernel();
  await expect(page.locator('.jp-RuntimeKit-cellForm')).toHaveCount(1);
  for (const id of ['drive-mount', 'gpu-check', 'checkpoint-resume']) {
    await site.button(id).click();
    await expect.poll(() => site.inserted()).toContain(id);
  }
});

test('forms ask before an insertion, and edit a cell', async ({
  site,
  page
}) => {
  await site.open('lab', 'python.ipynb');
  await site.withoutKernel();
  const dialog = page.getByRole('dialog');
  await site.button('gpu-check').click({ modifiers: ['Alt'] });
  const memory = dialog.getByLabel('MIN_MEMORY_GB');
  await memory.fill('lots');
  await memory.press('Enter');
  await expect(dialog.getByRole('alert')).toHaveText('Enter a number.');
  await memory.fill('2.5');
  await memory.press('Enter');
  await expect.poll(() => site.inserted()).toContain('gpu-check');
  expect(await site.activeSource()).toContain('MIN_MEMORY_GB = 2.5');

  void site.execute('runtime-kit:edit-parameters');
  await dialog.getByLabel('REQUIRE_GPU').check();
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(() => site.activeSource()).toContain('REQUIRE_GPU = True');
  // The values of the first form are remembered for the next one.
  await site.button('gpu-check').click({ modifiers: ['Alt'] });
  await expect(memory).toHaveValue('2.5');
  await page.keyboard.press('Escape');
});

test('the panel opens, and says what it lacks', async ({ site, page }) => {
  await site.open('lab', 'python.ipynb');
  await site.withoutKernel();
  await site.execute('runtime-kit:open-panel');
  const panel = page.locator('#jp-runtime-kit-panel');
  await expect(panel).toBeVisible();
  await expect(panel).toContainText('No data from this runtime yet.');
  // Its snippets need no kernel.
  await expect(panel).toContainText('Check GPU');
});

test('Notebook 7: the buttons insert, and the keys', async ({ site, page }) => {
  await site.open('notebooks', 'python.ipynb');
  await site.withoutKernel();
  await site.button('checkpoint-resume').click();
  await expect.poll(() => site.inserted()).toContain('checkpoint-resume');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+F8');
  await expect.poll(() => site.inserted()).toContain('drive-mount');
});

test('a kernel of another language is told apart, and left alone', async ({
  site,
  page
}) => {
  await site.open('lab', 'script.ipynb');
  await page.waitForFunction(
    () =>
      (window as any).jupyterapp.shell.currentWidget?.sessionContext?.session
        ?.kernel?.status === 'idle'
  );
  await site.button('gpu-check').click();
  await expect(
    page.getByText(/doesn't run on javascript kernels/)
  ).toBeVisible();
  expect(await site.inserted()).toEqual([]);
});

test('the interface speaks the languages of the packs', async ({
  site,
  page
}) => {
  await site.open('lab', 'python.ipynb');
  const texts = await page.evaluate(async () => {
    const response = await fetch('../api/translations/ko_KR.json');
    return (await response.json()).data.jupyterlab_runtime_kit;
  });
  expect(texts['Mount Drive']).toEqual(['드라이브 마운트']);
});
