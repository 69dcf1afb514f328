import { gzipSync } from 'node:zlib';

import { expect, test } from '../../test/browser/kit';
import { median, report, round } from './report';

/**
 * What the extension adds to a start of JupyterLab that nobody has touched yet:
 * JavaScript that is fetched, and time on the main thread: in the plugins'
 * activation, and in all, with the loader, the modules and the style sheets.
 *
 * The time is taken from the browser's own sampling profiler: everything below
 * a function of ours counts as ours, what we call of JupyterLab included.
 */
const ROUNDS = 15;
const OURS = 'extensions/jupyterlab-runtime-kit/';

test('start-up', async ({ page, context }) => {
  test.setTimeout(900000);
  const sizes = new Map<string, number>();
  page.on('response', async response => {
    const url = response.url();
    if (url.includes(OURS) && url.includes('.js')) {
      const body = await response.body().catch(() => null);
      if (body) {
        sizes.set(url.split('?')[0], gzipSync(body).length);
      }
    }
  });
  // The page of the tests is a proxy, which the protocol does not take.
  const session = await context.newCDPSession(context.pages()[0]);
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: 100 });

  const ours: number[] = [];
  const activation: number[] = [];
  const all: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    await session.send('Profiler.start');
    await page.goto();
    await page.waitForFunction(() => (window as any).jupyterapp?.restored);
    await page.evaluate(() => (window as any).jupyterapp.restored);
    await page.waitForTimeout(1000);
    const { profile } = await session.send('Profiler.stop');
    const times = inclusiveTimes(profile as unknown as IProfile);
    ours.push(times.ours);
    activation.push(times.activation);
    all.push(times.all);
  }
  expect(sizes.size).toBeGreaterThan(0);
  expect(median(activation)).toBeGreaterThan(0);
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const ms = median(ours);
  report({
    name: 'start-up',
    'JavaScript before first use, KB gzipped': round(bytes / 1000),
    'target KB': 30,
    'activation, ms': round(median(activation)),
    'target ms': 5,
    'activation and loading, ms': round(ms),
    'JupyterLab itself, ms': round(median(all) - ms),
    'share of the start, %': round((100 * ms) / median(all))
  });
});

interface IProfile {
  nodes: {
    id: number;
    callFrame: { url: string; functionName: string };
    children?: number[];
  }[];
  samples: number[];
  timeDeltas: number[];
}

/** Milliseconds in our plugins' activation, below all our functions, and of all that ran. */
function inclusiveTimes(profile: IProfile): {
  activation: number;
  ours: number;
  all: number;
} {
  const nodes = new Map(profile.nodes.map(node => [node.id, node]));
  const parents = new Map<number, number>();
  for (const node of profile.nodes) {
    node.children?.forEach(child => parents.set(child, node.id));
  }
  const isBelow = (id: number | undefined, name?: string): boolean => {
    for (; id !== undefined; id = parents.get(id)) {
      const { url, functionName } = nodes.get(id)!.callFrame;
      if (url.includes(OURS) && (!name || functionName === name)) {
        return true;
      }
    }
    return false;
  };
  const times = { activation: 0, ours: 0, all: 0 };
  profile.samples.forEach((id, index) => {
    const name = nodes.get(id)!.callFrame.functionName;
    const ms = profile.timeDeltas[index] / 1000;
    if (name !== '(idle)' && name !== '(root)') {
      times.all += ms;
      times.ours += isBelow(id) ? ms : 0;
      times.activation += isBelow(id, 'activate') ? ms : 0;
    }
  });
  return times;
}
