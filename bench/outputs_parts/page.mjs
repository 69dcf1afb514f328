/* global window, document */
/*
 * Drives a real page for bench/outputs.py: reads one JSON object from the command
 * line, prints one as its answer.
 *
 * {url, token, notebook, outputs, characters, browser}: opens a notebook, and answers how
 * long it takes until its cells hold so many outputs, and characters of streams.
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

async function sleep(milliseconds) {
  await new Promise(resolve => setTimeout(resolve, milliseconds));
}

async function openTimed() {
  const page = await context.newPage();
  // The code of the application is fetched and compiled before.
  await page.goto(`${task.url}lab/tree/empty.ipynb?token=${token}&reset`);
  await ready(page, 'empty.ipynb');
  await sleep(2000);
  return page.evaluate(async ({ notebook, outputs, characters }) => {
    const began = performance.now();
    const app = window.jupyterapp;
    const widget = await app.commands.execute('docmanager:open', {
      path: notebook
    });
    await widget.context.ready;
    const shown = performance.now();
    // Looking must cost nothing: it happens in the thread that is measured.
    const isComplete = () => {
      let [found, length] = [0, 0];
      for (const { model } of widget.content.widgets) {
        found += model.outputs?.length ?? 0;
        for (let index = 0; index < (model.outputs?.length ?? 0); index++) {
          length += model.outputs.get(index).streamText?.text.length ?? 0;
        }
      }
      return found >= outputs && length >= characters;
    };
    while (!isComplete()) {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    return {
      shown: shown - began,
      complete: performance.now() - began
    };
  }, task);
}

try {
  const answer = await openTimed();
  console.log(JSON.stringify(answer));
} finally {
  await browser.close();
}
