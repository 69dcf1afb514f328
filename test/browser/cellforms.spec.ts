import { join } from 'node:path';

import type { Locator } from '@playwright/test';

import { seriousFindings } from './axe';
import { expect, galata, Kit, test } from './kit';

const LINES = [
  '#@title Train a model',
  '#@markdown Choose **what** to train. <img src=x onerror="window.hacked=1">',
  'name = "digits"  #@param {type:"string", placeholder:"a name"}',
  'epochs = 20  #@param {type:"slider", min:1, max:100, step:1}',
  'rate = 0.01 #@param {type:"number"}  # Learning rate',
  '#@markdown ---',
  '#@markdown ### Data',
  'colour = "red" #@param ["red", "blue"]',
  'fruit = "apple" #@param ["apple", "pear"] {allow-input: true}',
  'augment = True #@param {type:"boolean"}',
  'start = "2026-01-02" #@param {type:"date"}',
  'code = max(1, 2) #@param {type:"raw"}',
  'folder = "/content/" + name #@param {type:"string"}',
  'size: int = 3 #@param {type:"integer"}',
  'print(name, epochs)'
];
const FORM = LINES.join('\n');
const AUTO =
  '#@title T { run: "auto" }\nn = 1 #@param {type:"integer"}\nn * 10';
const FOLDED = {
  source: '#@title Engine\nn = 1 #@param {type:"integer"}\nprint("needle")',
  metadata: { cellView: 'form' }
};

const forms = (kit: Kit): Locator =>
  kit.page.locator('.jp-NotebookPanel .jp-RuntimeKit-cellForm:visible');

async function dark(kit: Kit): Promise<void> {
  await kit.execute('apputils:change-theme', { theme: 'JupyterLab Dark' });
  await expect(kit.page.locator('body')).toHaveAttribute(
    'data-jp-theme-light',
    'false'
  );
  await expect(kit.page.locator('#jupyterlab-splash')).toHaveCount(0);
}

async function setSource(kit: Kit, index: number, source: string) {
  await kit.page.evaluate(
    ([index, source]) => {
      const { content } = (window as any).jupyterapp.shell.currentWidget;
      content.widgets[index].model.sharedModel.setSource(source);
    },
    [index, source] as const
  );
}

test('field and code are two views of one text', async ({
  kit,
  page
}, testInfo) => {
  await kit.open({ cells: ['x = 1', FORM], kernel: false });
  const form = forms(kit).first();
  const changed = (line: string, before: string, after: string): string[] => [
    'x = 1',
    FORM.replace(line, line.replace(before, after))
  ];
  await expect(form).toHaveAccessibleName('Train a model');
  // In the order of the lines, rendered and sanitized.
  await expect
    .poll(() =>
      form
        .locator('label, .jp-RuntimeKit-formLabel, strong, hr, h3')
        .evaluateAll(nodes =>
          nodes.map(node => node.firstChild?.textContent || node.tagName)
        )
    )
    .toEqual([
      ...['what', 'name', 'epochs', 'rate', 'HR', 'Data', 'colour', 'fruit'],
      ...['augment', 'start', 'code', 'folder', 'size']
    ]);
  expect(await page.evaluate(() => (window as any).hacked)).toBeUndefined();
  await expect(form.getByText('the value is an expression')).toBeVisible();
  await expect(form.getByText('type annotation')).toBeVisible();
  await expect(form.getByLabel('rate')).toHaveAccessibleDescription(
    'Learning rate'
  );

  // What is typed is in the code at once; all of it is one undo step.
  const name = form.getByLabel('name');
  await name.click();
  await name.press('ControlOrMeta+a');
  await name.pressSequentially('두 "x"', { delay: 40 });
  await expect
    .poll(() => kit.sources())
    .toEqual(changed(LINES[2], '"digits"', '"두 \\"x\\""'));
  await page.waitForTimeout(700); // longer than what the model merges
  await name.pressSequentially('y');
  await name.press('Escape');
  await kit.execute('notebook:undo-cell-action');
  expect(await kit.sources()).toEqual(['x = 1', FORM]);
  await expect(name).toHaveValue('digits');

  // The other way round, also while the user is in the field.
  await form.getByLabel('rate').focus();
  await setSource(kit, 1, FORM.replace('0.01', '0.5'));
  await expect(form.getByLabel('rate')).toHaveValue('0.5');
  await setSource(kit, 1, FORM);

  // What does not fit is not written, and named when the field is left.
  const rate = form.getByLabel('rate');
  await rate.fill('1e');
  await expect(form.getByRole('alert')).toHaveCount(0);
  await rate.press('Tab');
  await expect(form.getByRole('alert')).toBeVisible();
  expect(await kit.sources()).toEqual(['x = 1', FORM]);
  await rate.fill('1e-3');
  await rate.press('Tab');
  await expect(form.getByRole('alert')).toHaveCount(0);
  await expect
    .poll(() => kit.sources())
    .toEqual(changed(LINES[4], '0.01', '0.001'));

  // Undone in the editor too.
  await page.locator('.jp-Cell .cm-content').nth(1).click();
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(() => kit.sources()).toEqual(['x = 1', FORM]);

  // Keys of a list are not for the notebook, where they would delete the cell.
  await form.getByLabel('colour').focus();
  await page.keyboard.press('b');
  await page.keyboard.press('d');
  await page.keyboard.press('d');
  await expect
    .poll(() => kit.sources())
    .toEqual(changed(LINES[7], '"red" #', '"blue" #'));
  await form.getByLabel('augment').uncheck();
  await form.getByLabel('epochs', { exact: true }).fill('7');
  // All choices are offered, whatever is in the field now.
  await form.getByLabel('fruit, choices').selectOption('pear');
  await expect(form.getByLabel('fruit', { exact: true })).toHaveValue('pear');
  await form.getByLabel('fruit', { exact: true }).fill('kiwi');
  await form.getByLabel('start').fill('2026-03-04');
  await form.getByLabel('code').fill('len("#;")');
  await expect
    .poll(async () => (await kit.sources())[1].split('\n'))
    .toEqual(
      LINES.map(line =>
        line
          .replace('"red" #', '"blue" #')
          .replace('= True', '= False')
          .replace('= 20 ', '= 7 ')
          .replace('"apple" #', '"kiwi" #')
          .replace('2026-01-02', '2026-03-04')
          .replace('max(1, 2)', 'len("#;")')
      )
    );
  expect((await kit.cells())[1].metadata).not.toHaveProperty('runtime_kit');

  await page.setViewportSize({ width: 1000, height: 1000 });
  await page.screenshot({ path: join(testInfo.outputDir, 'light.png') });
  expect(await seriousFindings(kit, '.jp-RuntimeKit-cellForm')).toEqual([]);
  await form.getByRole('button', { name: 'Train a model' }).click();
  await dark(kit);
  await page.screenshot({ path: join(testInfo.outputDir, 'dark.png') });
  expect(await seriousFindings(kit, '.jp-RuntimeKit-cellForm')).toEqual([]);
});

test('the keyboard goes through a form in its order', async ({ kit, page }) => {
  await kit.open({ cells: [FORM], kernel: false });
  await forms(kit).getByRole('button', { name: 'Run this cell' }).focus();
  const names: string[] = [];
  for (let i = 0; i < 11; i++) {
    await page.keyboard.press('Tab');
    names.push(
      await page.evaluate(() => {
        const { id, title } = document.activeElement as HTMLInputElement;
        const label = document.querySelector(`label[for="${CSS.escape(id)}"]`);
        const { ariaLabel } = document.activeElement!;
        return label?.textContent ?? ariaLabel ?? title;
      })
    );
  }
  expect([...new Set(names)]).toEqual([
    'Hide code',
    'name',
    'epochs, slider',
    'epochs',
    'rate',
    'colour',
    'fruit',
    'fruit, choices',
    'augment',
    'start'
  ]);
  await page.keyboard.press('Escape');
  await expect(page.locator('.jp-Notebook.jp-mod-commandMode')).toBeVisible();
});

test('a cell hides its code as it says, and keeps the choice', async ({
  kit,
  page
}) => {
  const byTitle = '#@title T { display-mode: "form" }\nn = 1 #@param';
  await kit.open({ cells: [FOLDED, byTitle, FORM], kernel: false });
  const code = (index: number): Locator =>
    page
      .locator('.jp-Notebook > * .jp-CodeCell')
      .nth(index)
      .locator('.cm-content');
  const metadata = async (index: number): Promise<any> => {
    const { cellView, jupyter } = (await kit.cells())[index].metadata;
    return { cellView, hidden: jupyter?.source_hidden };
  };
  await expect(forms(kit)).toHaveCount(3);
  await expect(code(0)).toHaveCount(0);
  await expect(code(1)).toHaveCount(0);
  await expect(code(2)).toBeVisible();
  // Opening it changed nothing.
  expect(await metadata(0)).toEqual({ cellView: 'form' });
  expect(await metadata(1)).toEqual({});

  const title = forms(kit).first().getByRole('button', { name: 'Engine' });
  await expect(title).toHaveAttribute('aria-expanded', 'false');
  await title.click();
  await expect(code(0)).toBeVisible();
  expect(await metadata(0)).toEqual({});
  await title.click();
  await expect(code(0)).toHaveCount(0);
  expect(await metadata(0)).toEqual({ cellView: 'form', hidden: true });
  await forms(kit).nth(1).getByRole('button', { name: /^T/ }).click();
  await expect(code(1)).toBeVisible();
  expect(await metadata(1)).toEqual({ cellView: 'both' });

  // JupyterLab's own ways, and what another program writes.
  await kit.setActive(2);
  await kit.execute('notebook:hide-cell-code');
  await expect(code(2)).toHaveCount(0);
  expect(await metadata(2)).toEqual({ cellView: 'form', hidden: true });
  await kit.execute('notebook:show-cell-code');
  await expect(code(2)).toBeVisible();
  expect(await metadata(2)).toEqual({});
  await page.evaluate(() =>
    (
      window as any
    ).jupyterapp.shell.currentWidget.content.widgets[2].model.setMetadata(
      'cellView',
      'form'
    )
  );
  await expect(code(2)).toHaveCount(0);
  await kit.setActive(2);
  await kit.execute('notebook:enter-edit-mode');
  await expect(code(2)).toBeVisible();
});

test('what is searched is shown, and a replacement is in the field', async ({
  kit,
  page
}) => {
  await kit.open({ cells: ['x = 1', FOLDED], kernel: false });
  const code = page.locator('.jp-CodeCell').nth(1).locator('.cm-content');
  await expect(forms(kit)).toHaveCount(1);
  await expect(code).toHaveCount(0);
  await kit.execute('documentsearch:startWithReplace');
  await page.getByPlaceholder('Find').fill('needle');
  await expect(page.locator('.jp-DocumentSearch-index-counter')).toHaveText(
    /1$/
  );
  await page.getByPlaceholder('Find').press('Enter');
  await expect(code).toBeVisible();
  await page.getByPlaceholder('Find').fill('n = 1');
  await page.getByPlaceholder('Replace').fill('n = 42');
  await expect(async () => {
    await page.getByRole('button', { name: 'Replace All' }).click();
    await expect(forms(kit).getByLabel('n', { exact: true })).toHaveValue(
      '42',
      { timeout: 1000 }
    );
  }).toPass();
});

test('a moved and a copied cell has its form', async ({ kit }) => {
  await kit.open({ cells: [FOLDED, 'x = 1'], kernel: false });
  await expect(forms(kit)).toHaveCount(1);
  await kit.setActive(0);
  await kit.execute('notebook:move-cell-down');
  await kit.execute('notebook:copy-cell');
  await kit.execute('notebook:paste-cell-below');
  await expect(forms(kit)).toHaveCount(2);
  await forms(kit).nth(1).getByLabel('n', { exact: true }).fill('5');
  await expect
    .poll(() => kit.sources())
    .toEqual(['x = 1', FOLDED.source, FOLDED.source.replace('= 1', '= 5')]);
  // A form comes and goes with its lines.
  await setSource(kit, 0, 'x = 1 #@param {type:"integer"}');
  await expect(forms(kit)).toHaveCount(3);
  await setSource(kit, 0, 'x = """ #@param """');
  await expect(forms(kit)).toHaveCount(2);
  await setSource(kit, 1, 'y = 2');
  await expect(forms(kit)).toHaveCount(1);
});

test('only what the author marked runs by itself, where it is trusted', async ({
  kit,
  page
}) => {
  await kit.open({ cells: [AUTO, AUTO.replace(' { run: "auto" }', '')] });
  const field = (index: number): Locator =>
    forms(kit).nth(index).getByLabel('n', { exact: true });
  const enter = async (index: number, value: string): Promise<void> => {
    await field(index).fill(value);
    await field(index).press('Enter');
  };
  await expect(forms(kit).first()).toContainText('notebook is not trusted');
  await enter(0, '2');
  // Run by hand, all of it is trusted.
  await kit.runAll();
  expect(await kit.outputs()).toEqual(['20', '10']);
  await expect(forms(kit).first()).not.toContainText('not trusted');
  await enter(0, '3');
  await expect.poll(() => kit.outputs()).toEqual(['30', '10']);
  await enter(1, '4');
  await kit.set('cellFormsRun', false);
  await enter(0, '5');
  await forms(kit)
    .nth(1)
    .getByRole('button', { name: 'Run this cell' })
    .click();
  await expect.poll(() => kit.outputs()).toEqual(['30', '40']);
  await kit.set('cellFormsRun', true);
  await page.keyboard.press('Escape');
});

test('settings and cells that are not to be edited', async ({ kit }) => {
  const fixed = { source: FORM, metadata: { editable: false } };
  await kit.open({ cells: [fixed, FOLDED], kernel: false });
  await expect(forms(kit)).toHaveCount(2);
  for (const name of ['name', 'colour', 'augment', 'epochs, slider']) {
    await expect(forms(kit).first().getByLabel(name)).toBeDisabled();
  }
  const folded = kit.page.locator('.jp-CodeCell').nth(1);
  await expect(folded.locator('.cm-content')).toHaveCount(0);
  await kit.set('cellForms', 'beside');
  await expect(folded.locator('.cm-content')).toBeVisible();
  for (const place of ['dialog', 'off']) {
    await kit.set('cellForms', place);
    await expect(forms(kit)).toHaveCount(0);
    await kit.setActive(1);
    const enabled = await kit.page.evaluate(() =>
      (window as any).jupyterapp.commands.isEnabled(
        'runtime-kit:edit-parameters'
      )
    );
    expect(enabled).toBe(place === 'dialog');
  }
  expect((await kit.cells())[1].metadata).toEqual(
    expect.objectContaining({ cellView: 'form' })
  );
  await kit.set('cellForms', 'cell');
  await expect(forms(kit)).toHaveCount(2);
  await expect(folded.locator('.cm-content')).toHaveCount(0);
});

test('a read-only notebook shows its forms and stays as it is', async ({
  kit,
  page
}) => {
  await page.route(/\/api\/contents\/.*notebook\.ipynb\?.*/, async route => {
    const response = await route.fetch();
    const json = await response.json();
    await route.fulfill({ response, json: { ...json, writable: false } });
  });
  await kit.open({ cells: [FORM, FOLDED, AUTO], kernel: false });
  await expect(forms(kit)).toHaveCount(3);
  const { cells } = await kit.json();
  const form = forms(kit).first();
  for (const name of ['name', 'rate', 'colour', 'fruit', 'augment', 'start']) {
    await expect(form.getByLabel(name, { exact: true })).toBeDisabled();
  }
  await expect(form.getByLabel('name')).toHaveValue('digits');
  // The code can be shown, which the file does not keep.
  const folded = page.locator('.jp-CodeCell').nth(1);
  await expect(folded.locator('.cm-content')).toHaveCount(0);
  await forms(kit).nth(1).getByRole('button', { name: 'Engine' }).click();
  await expect(folded.locator('.cm-content')).toBeVisible();
  expect((await kit.json()).cells).toEqual(cells);
});

/** Mode, number of cells, the cell to go to: see large.spec.ts for the second. */
const MODES = [
  ['full', 1000, 999],
  ['contentVisibility', 1000, 101],
  ['none', 200, 199]
] as const;

for (const [mode, count, at] of MODES) {
  test.describe(`Windowing mode ${mode}`, () => {
    const tracker = '@jupyterlab/notebook-extension:tracker';
    test.use({
      mockSettings: {
        ...galata.DEFAULT_SETTINGS,
        [tracker]: {
          ...galata.DEFAULT_SETTINGS[tracker],
          windowingMode: mode
        }
      }
    });

    test(`of ${count / 2} forms those in view are built`, async ({
      kit,
      page
    }) => {
      test.slow();
      const cells = Array.from({ length: count }, (_, i) =>
        i % 2 ? `x${i} = ${i} #@param {type:"integer"}` : `y${i} = ${i}`
      );
      await kit.open({ cells, kernel: false });
      await expect(forms(kit).first().getByLabel('x1')).toBeVisible();
      const built = page.locator('.jp-RuntimeKit-cellForm');
      expect(await built.count()).toBeLessThan(60);
      await kit.setActive(at);
      await page.evaluate(
        index =>
          (window as any).jupyterapp.shell.currentWidget.content
            .scrollToItem(index)
            .catch(() => undefined),
        at
      );
      const field = forms(kit).getByLabel(`x${at}`);
      await expect(field).toBeInViewport({ timeout: 120_000 });
      await field.fill('7');
      await expect
        .poll(async () => (await kit.sources())[at])
        .toBe(cells[at].replace(`= ${at}`, '= 7'));
      expect(await built.count()).toBeLessThan(120);
    });
  });
}
