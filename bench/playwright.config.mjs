import { defineConfig } from '@playwright/test';
import { join } from 'node:path';
import base from '../playwright.config.mjs';
import { RESULTS, ROOT } from '../scripts/lib/paths.mjs';

// The server and the browser of the tests; one page at a time, in JupyterLab.
export default defineConfig({
  ...base,
  testDir: join(ROOT, 'bench', 'browser'),
  testMatch: '*.bench.ts',
  outputDir: join(RESULTS, 'bench'),
  reporter: [['list']],
  retries: 0,
  workers: 1,
  timeout: 600_000,
  use: { ...base.use, trace: 'off', screenshot: 'off' },
  projects: [{ name: 'lab', use: { shell: 'lab' } }]
});
