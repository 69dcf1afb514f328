import { colab } from '../../test/browser/runtime';
import { T4 } from '../../test/fixtures/t4';
import { expect, test } from '../../test/browser/kit';
import { report, round } from './report';

/**
 * Ten notebooks side by side, each with its chip, and the panel, for an hour
 * whose samples come one after another without the time between them: what the
 * page does for them is what it does in an hour.
 */
const NOTEBOOKS = 10;
const INTERVAL = 2;
const HOUR = 3600;

test('an hour of ten notebooks', async ({ kit, page, context, tmpPath }) => {
  test.setTimeout(1800000);
  await kit.write(`${tmpPath}/first.ipynb`, {});
  await kit.goto(`${tmpPath}/first.ipynb`);
  for (let i = 1; i < NOTEBOOKS; i++) {
    await kit.write(`${tmpPath}/n${i}.ipynb`, {});
    await kit.execute('docmanager:open', {
      path: `${tmpPath}/n${i}.ipynb`,
      options: { mode: i % 2 ? 'split-right' : 'split-bottom' }
    });
  }
  await kit.execute('runtime-kit:open-panel');
  await page.waitForTimeout(5000);
  const session = await context.newCDPSession(context.pages()[0]);
  await session.send('Performance.enable');
  const measure = async (): Promise<{ heap: number; cpu: number }> => {
    await session.send('HeapProfiler.collectGarbage');
    await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    const value = (name: string): number =>
      metrics.find(metric => metric.name === name)!.value;
    return { heap: value('JSHeapUsedSize'), cpu: value('TaskDuration') };
  };
  const run = (from: number, to: number): Promise<number> =>
    page.evaluate(feed, { from, to, step: INTERVAL, sample: colab(), T4 });

  // The first minutes load what is lazy and fill the curves.
  expect(await run(0, 600)).toBe(NOTEBOOKS);
  const early = await measure();
  await run(600, HOUR);
  const late = await measure();
  const cpu = (late.cpu - early.cpu) / (HOUR - 600);
  report({
    name: 'an hour of 10 notebooks',
    'heap after 10 min, MB': round(early.heap / 1e6),
    'heap after 60 min, MB': round(late.heap / 1e6),
    'growth, %': round((100 * (late.heap - early.heap)) / early.heap),
    'one core, %': round(100 * cpu),
    'target %': 1
  });
});

interface IFeed {
  from: number;
  to: number;
  step: number;
  sample: any;
  T4: any;
}

/** Give all models the samples of a span of time; each is drawn before the next. */
async function feed(options: IFeed): Promise<number> {
  const { from, to, step, sample, T4 } = options;
  const { pluginRegistry, shell } = (window as any).jupyterapp;
  const token = [...pluginRegistry._services.keys()].find((token: any) =>
    token.name.endsWith(':IRuntimeViewsLoader')
  );
  const loader = await pluginRegistry.resolveRequiredService(token);
  const { pool } = await loader.load();
  const panels = [...shell.widgets('main')].filter(
    (widget: any) => widget.content?.model && widget.sessionContext
  );
  const monitors = panels.map(panel => pool.of(panel).monitor);
  const begin = Date.now() / 1000 - to;
  for (let time = from; time < to; time += step) {
    monitors.forEach((monitor, index) => {
      const devices = [{ ...T4, utilization: (time + 7 * index) % 100 }];
      const next = {
        ...sample,
        time: begin + time,
        busy: true,
        interval: step,
        cost: 0.001,
        kernel: {
          pid: index,
          host: 'machine',
          started: begin,
          python: '3.13',
          runtime_kit: true
        },
        memory: {
          process: 1e9 + 1e6 * time,
          used: 4e9,
          limit: 12e9,
          source: 'cgroup'
        },
        accelerator: { ...sample.accelerator, devices },
        problems: {}
      };
      Object.defineProperty(monitor, 'latest', {
        configurable: true,
        value: next
      });
      monitor.sampled.emit(next);
    });
    await new Promise(requestAnimationFrame);
  }
  return monitors.length;
}
