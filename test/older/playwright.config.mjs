import { defineConfig } from '@playwright/test';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import base from '../../playwright.config.mjs';
import { OLDER, olderPython } from '../../scripts/lib/older.mjs';
import { LOGS, RESULTS } from '../../scripts/lib/paths.mjs';
import { freePort } from '../../scripts/lib/ports.mjs';

const { webServer } = base;

// One server for each older JupyterLab, with the Notebook 7 that goes with it.
// Workers load this file again, and have to come to the same ports and folders.
const servers = [];
for (const { lab, notebook } of OLDER) {
  const key = `RUNTIME_KIT_TEST_${lab.replace('.', '_')}`;
  process.env[`${key}_PORT`] ??= String(await freePort());
  process.env[`${key}_FOLDER`] ??= mkdtempSync(
    join(tmpdir(), `runtime-kit-older-${lab}-`)
  );
  const python = olderPython(lab);
  const port = process.env[`${key}_PORT`];
  servers.push({
    lab,
    notebook,
    python,
    port,
    folder: process.env[`${key}_FOLDER`]
  });
}

export default defineConfig({
  ...base,
  testDir: '.',
  outputDir: join(RESULTS, 'older'),
  reporter: [['list'], ['json', { outputFile: join(RESULTS, 'older.json') }]],
  projects: servers.flatMap(({ lab, notebook, port, python }) => {
    const use = { baseURL: `http://localhost:${port}`, python };
    return [
      { name: `lab-${lab}`, use: { ...use, shell: 'lab' } },
      {
        name: `notebook-${notebook}`,
        // Both read the one list of their environment.
        grepInvert: /lists the extension/,
        use: { ...use, shell: 'notebook' }
      }
    ];
  }),
  webServer: servers.map(({ folder, lab, port, python }) => ({
    ...webServer,
    command: webServer.command
      .replace(/"[^"]*python[^"]*"/, `"${python}"`)
      .replace(/>"[^"]*"/, `>"${join(LOGS, `older-server-${lab}.log`)}"`),
    env: {
      ...webServer.env,
      RUNTIME_KIT_TEST_PORT: port,
      RUNTIME_KIT_TEST_FOLDER: folder
    },
    url: `http://localhost:${port}/api`
  }))
});
