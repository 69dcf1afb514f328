import { defineConfig } from '@playwright/test';
import { join } from 'node:path';
import base from '../../playwright.config.mjs';
import { RESULTS } from '../../scripts/lib/paths.mjs';
import { TOGETHER_ENVIRONMENT } from '../../scripts/lib/together.mjs';

const { webServer } = base;

// The server of the other browser tests, with jupyter-collaboration beside it.
export default defineConfig({
  ...base,
  testDir: '.',
  outputDir: join(RESULTS, 'together'),
  reporter: [
    ['list'],
    ['json', { outputFile: join(RESULTS, 'together.json') }]
  ],
  projects: [{ name: 'lab', use: { shell: 'lab' } }],
  webServer: {
    ...webServer,
    env: { ...webServer.env, ...TOGETHER_ENVIRONMENT }
  }
});
