import { defineConfig } from '@playwright/test';
import { join } from 'node:path';
import { installedBrowser } from '../../scripts/lib/browser.mjs';
import { LITE_SITE } from '../../scripts/lib/lite.mjs';
import { PYTHON, RESULTS } from '../../scripts/lib/paths.mjs';
import { freePort } from '../../scripts/lib/ports.mjs';

// Each worker loads this file again: the first process leaves the port to them.
process.env.RUNTIME_KIT_LITE_PORT ??= String(await freePort());
const baseURL = `http://localhost:${process.env.RUNTIME_KIT_LITE_PORT}/`;

export default defineConfig({
  testDir: '.',
  outputDir: join(RESULTS, 'lite'),
  reporter: [['list'], ['json', { outputFile: join(RESULTS, 'lite.json') }]],
  forbidOnly: Boolean(process.env.CI),
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  use: {
    baseURL,
    trace: 'retain-on-failure',
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
  // Files only: what the extension does here, it does without a server of Jupyter's.
  webServer: {
    command: `exec "${PYTHON}" -m http.server ${process.env.RUNTIME_KIT_LITE_PORT} --bind localhost --directory "${LITE_SITE}"`,
    url: `${baseURL}lab/index.html`,
    reuseExistingServer: false,
    stdout: 'ignore',
    stderr: 'ignore',
    timeout: 60_000
  }
});
