/* global window, document, KeyboardEvent */
/*
 * Disturbs pages over running cells for bench/outputs.py: reads one JSON object from
 * the command line, prints a line of JSON for each round.
 *
 * {url, token, browser, cells, rounds, reloads, seconds, seed, kinds}: in each round a
 * notebook of its own runs all its cells, and its page is disturbed `reloads` times at
 * random moments, `seconds` apart at most: reloaded, closed and opened again, or cut off.
 * Round 0 is not disturbed: what its cells show is what they should show in all.
 */
import { chromium } from 'playwright-core';

const task = JSON.parse(process.argv[2]);
/** How long a page may take to show what it lacks when its kernel is idle, in ms. */
const SETTLES = 12_000;
/** How long a kernel may wait for an answer that no page gives, in ms. */
const STUCK = 12_000;
/** How long all cells may take, in ms: a kernel whose state is watched is always active. */
const LONGEST = 60_000;
/** How long a kernel may be idle between two cells, in ms. */
const BETWEEN = 2000;

/** Mulberry32: the moments are the same for all that are compared. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

async function api(path, method = 'GET', body = undefined) {
  const response = await fetch(task.url + path, {
    method,
    // A connection that is kept may be closed by the server at that moment.
    headers: { Authorization: `token ${task.token}`, Connection: 'close' },
    body: body && JSON.stringify(body)
  });
  return response.status === 204 ? null : response.json();
}

/** Answers each question of `input()` that a page shows. */
function answerQuestions() {
  const answered = new WeakSet();
  setInterval(() => {
    const field = document.querySelector('.jp-Stdin-input');
    if (field && !answered.has(field)) {
      answered.add(field);
      field.value = 'Ada';
      field.dispatchEvent(new Event('input'));
      field.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', bubbles: true })
      );
    }
  }, 50);
}

const browser = await chromium.launch({
  executablePath: task.browser,
  args: ['--no-sandbox', '--disable-gpu']
});
const context = await browser.newContext();
await context.addInitScript(answerQuestions);

async function open(path) {
  const page = await context.newPage();
  const network = { down: false, sockets: new Set() };
  await page.routeWebSocket(/\/api\/kernels\/.*\/channels/, socket => {
    const server = socket.connectToServer();
    network.sockets.add(socket);
    socket.onMessage(message => network.down || server.send(message));
    server.onMessage(message => network.down || socket.send(message));
    server.onClose((code, reason) => socket.close({ code, reason }));
    socket.onClose((code, reason) => {
      network.sockets.delete(socket);
      server.close({ code, reason });
    });
  });
  page.network = network;
  page.on('dialog', dialog => dialog.accept().catch(() => undefined));
  await page.goto(`${task.url}lab/tree/${path}?token=${task.token}&reset`);
  await ready(page, path);
  return page;
}

async function ready(page, path) {
  await page.waitForFunction(
    path => {
      const widgets = [...(window.jupyterapp?.shell.widgets('main') ?? [])];
      window.panel = widgets.find(one => one.context?.path.endsWith(path));
      return window.panel?.content?.model && window.panel.context.isReady;
    },
    path,
    { timeout: 120_000 }
  );
}

/** Disturb the page; return the page that shows the notebook then. */
async function disturb(page, path, kind, away) {
  if (kind === 'reload') {
    await page.reload();
    await ready(page, path);
  } else if (kind === 'close') {
    await page.close();
    await sleep(away);
    page = await open(path);
  } else {
    const { network } = page;
    network.down = true;
    await sleep(away);
    network.down = false;
    for (const socket of [...network.sockets]) {
      await socket.close({ code: 4000, reason: 'lost' });
    }
  }
  return page;
}

/** The keys of objects in one order: who writes an output chooses it. */
function canonical(key, value) {
  return value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
      )
    : value;
}

async function shown(page) {
  const cells = await page.evaluate(() =>
    window.panel.content.widgets.map(({ model }) => ({
      outputs: model.outputs.toJSON(),
      count: model.executionCount,
      state: model.executionState
    }))
  );
  return cells.map(cell => ({
    ...cell,
    outputs: JSON.stringify(cell.outputs, canonical)
  }));
}

async function kernelOf(path) {
  const sessions = await api('api/sessions');
  return sessions.find(one => one.path.endsWith(path))?.kernel.id;
}

/** Wait until the kernel stays idle, or waits for an answer that no page will give. */
async function untilIdle(kernel) {
  let isAnswered = true;
  let since = Date.now();
  let began = since;
  let last = '';
  for (;;) {
    const found = await api(`api/kernels/${kernel}?no_track_activity=1`);
    const state = found.execution_state + found.last_activity;
    if (state !== last) {
      last = state;
      since = Date.now();
    }
    if (found.execution_state === 'idle' && Date.now() - since > BETWEEN) {
      return isAnswered;
    }
    if (Date.now() - since > STUCK || Date.now() - began > LONGEST) {
      isAnswered = false;
      since = began = Date.now();
      await api(`api/kernels/${kernel}/interrupt`, 'POST', {});
    }
    await sleep(200);
  }
}

function isSame(cells, expected) {
  return cells.every(
    (cell, index) =>
      cell.outputs === expected[index].outputs &&
      cell.count === expected[index].count &&
      cell.state === 'idle'
  );
}

async function round(number, expected) {
  const path = `round-${number}.ipynb`;
  const chance = random(task.seed + number);
  await api(`api/contents/${path}`, 'PUT', {
    type: 'notebook',
    format: 'json',
    content: {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {
        kernelspec: { name: 'python3', display_name: 'Python 3 (ipykernel)' }
      },
      cells: task.cells.map(({ source, tags }, index) => ({
        id: `cell-${index}`,
        cell_type: 'code',
        metadata: tags ? { tags } : {},
        execution_count: null,
        outputs: [],
        source
      }))
    }
  });
  let page = await open(path);
  await page.waitForFunction(
    () => window.panel.sessionContext.session?.kernel?.status === 'idle',
    null,
    { timeout: 120_000 }
  );
  const kernel = await kernelOf(path);
  await page.evaluate(() => {
    void window.jupyterapp.commands.execute('notebook:run-all-cells');
  });
  await sleep(500); // the requests have left
  const done = [];
  for (let count = 0; expected && count < task.reloads; count++) {
    const wait = chance() * task.seconds * 1000;
    const kind = task.kinds[Math.floor(chance() * task.kinds.length)];
    const away = chance() * 2000;
    await sleep(wait);
    const { execution_state } = await api(
      `api/kernels/${kernel}?no_track_activity=1`
    );
    done.push(`${kind}${execution_state === 'idle' ? ' (idle)' : ''}`);
    page = await disturb(page, path, kind, away);
  }
  const isAnswered = await untilIdle(kernel);
  const end = Date.now() + (expected ? SETTLES : 2000);
  let cells = await shown(page);
  while (Date.now() < end && !(expected && isSame(cells, expected))) {
    await sleep(200);
    cells = await shown(page);
  }
  await page.close();
  await api(`api/kernels/${kernel}`, 'DELETE');
  return { round: number, done, isAnswered, cells };
}

try {
  let expected = null;
  for (let number = 0; number <= task.rounds; number++) {
    const result = await round(number, expected);
    expected ??= result.cells;
    const wrong = result.cells
      .map((cell, index) => ({ index, ...cell }))
      .filter(({ index }) => !isSame([result.cells[index]], [expected[index]]));
    console.log(
      JSON.stringify({
        ...result,
        wrong,
        cells: number ? undefined : result.cells
      })
    );
  }
} finally {
  await browser.close();
}
