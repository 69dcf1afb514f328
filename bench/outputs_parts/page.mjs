/* global window, document */
/*
 * Drives a real page for bench/outputs.py: reads one JSON object from the command
 * line, prints one as its answer.
 *
 * {"do": "disturb", url, notebook, seed, browser}: opens a notebook, runs all cells,
 * reloads or closes the page at random moments, and answers what its cells show
 * when the kernel has been idle for a while.
 *
 * {"do": "open", url, notebook, wait, browser}: opens a notebook, and answers how
 * long it takes until its cells hold `wait` outputs or characters.
 */
import { chromium } from 'playwright-core';

const task = JSON.parse(process.argv[2]);
const browser = await chromium.launch({
  executablePath: task.browser,
  args: ['--no-sandbox', '--disable-gpu']
});
const context = await browser.newContext({
  viewport: { width: 1400, height: 900 }
});
const { token } = task;

/** A page with the notebook; resolves when its cells are there. */
async function open() {
  const page = await context.newPage();
  await page.goto(`${task.url}lab/tree/${task.notebook}?token=${token}&reset`, {
    timeout: 120_000
  });
  await ready(page);
  return page;
}

async function ready(page, path = task.notebook) {
  await page.waitForFunction(
    path => {
      const widgets = window.jupyterapp?.shell.widgets('main') ?? [];
      window.panel = [...widgets].find(one => one.context?.path.endsWith(path));
      return window.panel?.content?.model && window.panel.context.isReady;
    },
    path,
    { timeout: 120_000 }
  );
  // Questions such as the one about the news stay out of the way.
  await page.evaluate(() => {
    const style = document.createElement('style');
    style.textContent = '.jp-Dialog, .Toastify { display: none !important }';
    document.head.append(style);
  });
}

const cells = page =>
  page.evaluate(() =>
    window.panel.content.widgets.map(({ model }) => ({
      outputs: model.outputs.toJSON(),
      count: model.executionCount
    }))
  );

async function kernels() {
  const answer = await fetch(
    `${task.url}api/kernels?token=${token}&no_track_activity=1`
  );
  return answer.json();
}

async function sleep(milliseconds) {
  await new Promise(resolve => setTimeout(resolve, milliseconds));
}

/** A generator of numbers that is the same for each seed (mulberry32). */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function disturb() {
  const next = random(task.seed);
  let page = await open();
  await page.waitForFunction(
    () => window.panel.sessionContext?.session?.kernel?.status === 'idle',
    undefined,
    { timeout: 120_000 }
  );
  await page.evaluate(() => {
    void window.jupyterapp.commands.execute('notebook:run-all-cells');
  });
  await sleep(300 + next() * 3000);
  if (next() < 0.5) {
    await page.reload({ timeout: 120_000 });
  } else {
    await page.close();
    await sleep(next() * 2000);
    page = await open();
  }
  await ready(page);
  // Idle three times in a row: also between two cells it may seem so.
  for (let idle = 0; idle < 3;) {
    await sleep(700);
    const [kernel] = await kernels();
    idle = !kernel || kernel.execution_state === 'idle' ? idle + 1 : 0;
  }
  await sleep(1500);
  const shown = await cells(page);
  await page.close();
  return shown;
}

async function openTimed() {
  const page = await context.newPage();
  // The code of the application is fetched and compiled before.
  await page.goto(`${task.url}lab/tree/empty.ipynb?token=${token}&reset`);
  await ready(page, 'empty.ipynb');
  await sleep(2000);
  return page.evaluate(
    async ({ notebook, wait }) => {
      const began = performance.now();
      const app = window.jupyterapp;
      const widget = await app.commands.execute('docmanager:open', {
        path: notebook
      });
      await widget.context.ready;
      const shown = performance.now();
      const held = () => {
        let characters = 0;
        for (const { model } of widget.content.widgets) {
          for (const output of model.outputs?.toJSON() ?? []) {
            characters += JSON.stringify(output.text ?? output.data).length;
          }
        }
        return characters;
      };
      while (held() < wait) {
        await new Promise(resolve => setTimeout(resolve, 20));
      }
      return {
        shown: shown - began,
        complete: performance.now() - began
      };
    },
    { notebook: task.notebook, wait: task.wait }
  );
}

try {
  const answer = await (task.do === 'open' ? openTimed() : disturb());
  console.log(JSON.stringify(answer));
} finally {
  await browser.close();
}
