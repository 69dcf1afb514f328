import base from '@jupyterlab/galata/lib/playwright-config.js';
import { defineConfig } from '@playwright/test';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedBrowser } from './scripts/lib/browser.mjs';
import {
  LOGS,
  PYTHON,
  RESULTS,
  ROOT,
  toolEnvironment
} from './scripts/lib/paths.mjs';
import { freePort } from './scripts/lib/ports.mjs';

// Every worker loads this file again and has to come to the same answers, so the
// first process leaves them in the environment.
process.env.RUNTIME_KIT_TEST_PORT ??= String(await freePort());
process.env.RUNTIME_KIT_TEST_PYTHON ??= PYTHON;
process.env.RUNTIME_KIT_TEST_FOLDER ??= mkdtempSync(
  join(tmpdir(), 'runtime-kit-galata-')
);

const baseURL = `http://localhost:${process.env.RUNTIME_KIT_TEST_PORT}`;
const SERVER_CONFIG = 'test/browser/jupyter_server_test_config.py';
const SERVER_LOG = join(LOGS, 'galata-server.log');
mkdirSync(LOGS, { recursive: true });

const ci = Boolean(process.env.CI);

export default defineConfig({
  ...base,
  testDir: 'test/browser',
  outputDir: join(RESULTS, 'galata'),
  reporter: [
    ['list'],
    ['json', { outputFile: join(RESULTS, 'galata.json') }],
    ['html', { open: 'never', outputFolder: join(ROOT, 'playwright-report') }]
  ],
  forbidOnly: ci,
  // A second try is counted and shown in the summary of `npm test`.
  retries: ci ? 1 : 0,
  workers: Number(process.env.GALATA_WORKERS ?? 1),
  timeout: 90_000,
  expect: { timeout: 20_000 },
  use: {
    ...base.use,
    baseURL,
    // Room for a whole toolbar, whatever the fonts of the machine.
    viewport: { width: 1700, height: 1000 },
    video: 'off',
    launchOptions: {
      executablePath: installedBrowser(),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  },
  // The same server and the same wheel serve both; `shell` is an option of kit.ts.
  projects: [
    { name: 'lab', use: { shell: 'lab' } },
    { name: 'notebook', use: { shell: 'notebook' } }
  ],
  webServer: {
    command: `exec "${PYTHON}" -m jupyterlab --config ${SERVER_CONFIG} >"${SERVER_LOG}" 2>&1`,
    cwd: ROOT,
    env: toolEnvironment(),
    url: `${baseURL}/api`,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 15_000 },
    timeout: 180_000
  }
});
