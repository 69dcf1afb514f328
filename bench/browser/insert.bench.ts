import { expect, test } from '../../test/browser/kit';
import { median, report, round } from './report';

/**
 * Click -> cell painted, against core's own command plus setting the same
 * source. Both alternate in one page, so that noise hits both.
 */
const ROUNDS = 15;

interface IRound {
  kit: number;
  core: number;
  coreAllCells: number;
}

interface ICase {
  count: number;
  mode: 'contentVisibility' | 'full';
  /** Snippets of the user's own beside the built-in ones. */
  own?: number;
}

const CASES: ICase[] = [
  { count: 10, mode: 'contentVisibility' },
  { count: 10, mode: 'full' },
  { count: 10, mode: 'contentVisibility', own: 200 },
  { count: 1000, mode: 'contentVisibility' },
  { count: 1000, mode: 'full' }
];

for (const { count, mode, own = 0 } of CASES) {
  const name = `${count} cells, ${mode}${own ? `, ${own} own snippets` : ''}`;
  test(`insert among ${name}`, async ({ kit, page }) => {
    test.setTimeout(1200000);
    await kit.open({
      cells: Array.from({ length: count }, (_, i) => `x${i} = ${i}`)
    });
    await kit.set(
      'windowingMode',
      mode,
      '@jupyterlab/notebook-extension:tracker'
    );
    if (own) {
      await kit.set('userSnippets', ownSnippets(own));
    }
    // A long notebook attaches its cells bit by bit; that is not measured.
    await page.waitForFunction(
      mode =>
        mode === 'full' ||
        (window as any).jupyterapp.shell.currentWidget.content.widgets.every(
          (widget: any) => widget.node.isConnected
        ),
      mode,
      { timeout: 300000 }
    );
    await page.waitForTimeout(2000);
    const rounds: IRound[] = await page.evaluate(measure, {
      rounds: ROUNDS,
      at: Math.floor(count / 2)
    });
    expect(rounds).toHaveLength(ROUNDS);
    const kitMs = median(rounds.map(r => r.kit));
    const core = median(rounds.map(r => r.core));
    const all = median(rounds.map(r => r.coreAllCells));
    report({
      name: `click -> cell painted, ${name}`,
      'kit ms': round(kitMs),
      'core, code cell only, ms': round(core),
      'core, all cells, ms': round(all),
      'kit / core (code cell only)': round(kitMs / core),
      'kit / core (all cells)': round(kitMs / all)
    });
  });
}

function ownSnippets(count: number): Record<string, string> {
  const ids = Array.from({ length: count }, (_, i) => `own-${i}`);
  return Object.fromEntries(
    ids.map(id => [
      id,
      [
        '# ---',
        `# id: ${id}`,
        `# title: Own snippet ${id}`,
        '# description: One of many',
        '# tags: [own]',
        '# languages: [python]',
        '# version: 1',
        '# ---',
        '# %%',
        'NAME = "x"  # @param {type:"string"}',
        'print(NAME)',
        ''
      ].join('\n')
    ])
  );
}

/**
 * Runs in the page. Which of the three comes first goes round, and each begins
 * when the page has done all that the one before left to do: among 1,000 cells
 * an undone insertion keeps it busy for seconds.
 */
async function measure({
  rounds,
  at
}: {
  rounds: number;
  at: number;
}): Promise<IRound[]> {
  const app = (window as any).jupyterapp;
  const panel = app.shell.currentWidget;
  const notebook = panel.content;
  let lastBusy = performance.now();
  new PerformanceObserver(list => {
    for (const { startTime, duration } of list.getEntries()) {
      lastBusy = Math.max(lastBusy, startTime + duration);
    }
  }).observe({ entryTypes: ['longtask'] });
  const painted = async (marker: string): Promise<void> => {
    for (;;) {
      const cell = notebook.activeCell;
      const text = cell?.node.isConnected
        ? cell.node.querySelector('.cm-content')?.textContent
        : '';
      if (text?.includes(marker)) {
        break;
      }
      await new Promise(requestAnimationFrame);
    }
    // Behind the frame in which it is drawn.
    await new Promise(requestAnimationFrame);
    await new Promise(resolve => setTimeout(resolve));
  };
  const quiet = async (): Promise<void> => {
    const limit = performance.now() + 20000;
    do {
      await new Promise(resolve => setTimeout(resolve, 100));
      await new Promise(resolve => requestIdleCallback(resolve));
    } while (performance.now() - lastBusy < 500 && performance.now() < limit);
  };
  const settle = async (): Promise<void> => {
    await quiet();
    notebook.activeCellIndex = at;
    await notebook.scrollToItem(at, 'auto', 0).catch(() => undefined);
    await quiet();
  };
  const undo = async (length: number): Promise<void> => {
    while (notebook.widgets.length > length) {
      await app.commands.execute('notebook:undo-cell-action');
    }
    await settle();
  };
  const length = notebook.widgets.length;
  await settle();
  await app.commands.execute('runtime-kit:insert-snippet', {
    id: 'gpu-check'
  });
  const made = notebook.widgets.filter((widget: any) =>
    widget.model.getMetadata('runtime_kit')
  );
  const cells = made.map((widget: any) => ({
    code: widget.model.type === 'code',
    source: widget.model.sharedModel.getSource()
  }));
  const code = cells.find((cell: any) => cell.code);
  const marker = code.source.split('\n')[0].slice(0, 20);
  await undo(length);

  const insert = async (each: typeof cells): Promise<void> => {
    for (const cell of each) {
      await app.commands.execute('notebook:insert-cell-below');
      notebook.activeCell.model.sharedModel.setSource(cell.source);
      if (!cell.code) {
        await app.commands.execute('notebook:change-cell-to-markdown');
      }
    }
  };
  const ways: [keyof IRound, () => Promise<void>][] = [
    ['kit', () => app.commands.execute('runtime-kit:insert-gpu-check')],
    ['core', () => insert([code])],
    ['coreAllCells', () => insert(cells)]
  ];
  const results: IRound[] = [];
  for (let i = 0; i < rounds; i++) {
    const result: IRound = { kit: 0, core: 0, coreAllCells: 0 };
    for (let k = 0; k < ways.length; k++) {
      const [name, run] = ways[(i + k) % ways.length];
      const start = performance.now();
      await run();
      await painted(marker);
      result[name] = performance.now() - start;
      await undo(length);
    }
    results.push(result);
  }
  return results;
}
