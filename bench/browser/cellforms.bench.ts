import { expect, test } from '../../test/browser/kit';
import { median, report, round } from './report';

/** Both alternate in one page, so that noise hits both. */
const ROUNDS = 11;
const CELLS = 1000;

test('opening a notebook with 500 forms', async ({ kit, page }) => {
  await kit.open({
    cells: Array.from({ length: CELLS }, (_, i) =>
      i % 2
        ? [
            `#@title Step ${i}`,
            '#@markdown Choose **one**.',
            `count${i} = ${i} #@param {type:"integer"}`,
            `kind${i} = "a" #@param ["a", "b"]`,
            `name${i} = "x" #@param {type:"string"}`
          ].join('\n')
        : `y${i} = ${i}`
    ),
    kernel: false
  });
  const times: Record<'cell' | 'off', number[]> = { cell: [], off: [] };
  for (let i = 0; i <= ROUNDS; i++) {
    for (const place of ['cell', 'off'] as const) {
      const path = await page.evaluate(close);
      await kit.set('cellForms', place);
      await page.waitForTimeout(1500);
      const hasForms = place === 'cell';
      const ms = await page.evaluate(openAgain, [path, hasForms] as const);
      // The first round loads what shows the forms.
      if (i > 0) {
        times[place].push(ms);
      }
    }
  }
  const [forms, without] = [median(times.cell), median(times.off)];
  report({
    name: `open ${CELLS} cells until painted, 500 with forms`,
    'with forms ms': round(forms),
    'without ms': round(without),
    'with / without': round(forms / without)
  });
});

test('typing in a field', async ({ kit, page }) => {
  await kit.open({
    cells: [
      Array.from(
        { length: 20 },
        (_, i) => `name${i} = "x" #@param {type:"string"}`
      ).join('\n')
    ],
    kernel: false
  });
  const field = page.getByLabel('name7', { exact: true });
  await field.click();
  const times = await field.evaluate(typeInto, 200);
  expect((await kit.sources())[0]).toContain(`name7 = "x${'a'.repeat(200)}"`);
  report({
    name: 'typing in a field, key -> code and field laid out',
    'ms, median': round(median(times)),
    'ms, 95 %': round([...times].sort((a, b) => a - b)[190])
  });
});

/** Close the notebook; returns its path. */
function close(): string {
  const panel = (window as any).jupyterapp.shell.currentWidget;
  const { path } = panel.context;
  panel.dispose();
  return path;
}

/** Open a notebook; how long until its fourth cell is seen, with its form. */
async function openAgain([path, hasForms]: readonly [
  string,
  boolean
]): Promise<number> {
  const app = (window as any).jupyterapp;
  const start = performance.now();
  const panel = await app.commands.execute('docmanager:open', { path });
  await panel.revealed;
  const { node } = panel.content.widgets[3];
  const seen = (): boolean =>
    node.isConnected &&
    (!hasForms || node.querySelector('.jp-RuntimeKit-cellForm') !== null);
  while (!seen()) {
    await new Promise(requestAnimationFrame);
  }
  await new Promise(requestAnimationFrame);
  await new Promise(resolve => setTimeout(resolve));
  return performance.now() - start;
}

/** Type into an input; for each key how long its handling took. */
async function typeInto(node: Element, count: number): Promise<number[]> {
  const input = node as HTMLInputElement;
  const write = Object.getOwnPropertyDescriptor(
    HTMLInputElement.prototype,
    'value'
  )!.set!;
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    write.call(input, `${input.value}a`);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await Promise.resolve();
    document.body.getBoundingClientRect();
    times.push(performance.now() - start);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return times;
}
