import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PYTHON, ROOT } from './paths.mjs';
import { contentHash, readStamp, writeStamp } from './stamp.mjs';
import { sayUpToDate, step } from './step.mjs';

const FOLDER = join(ROOT, '.cache', 'together');
const STAMP = join(FOLDER, 'stamp.json');
const CONSTRAINTS = join('constraints', 'ci.txt');

/** Real-time collaboration and what the environment does not have of its needs. */
const PACKAGES = [
  'jupyter-collaboration',
  'jupyter-collaboration-ui',
  'jupyter-docprovider',
  'jupyter-server-ydoc',
  'jupyter-ydoc',
  'jupyter_server_fileid',
  'pycrdt',
  'pycrdt-store',
  'pycrdt-websocket',
  'sqlite-anyio'
];

/** What makes a server of the environment one for notebooks that are edited together. */
export const TOGETHER_ENVIRONMENT = {
  PYTHONPATH: FOLDER,
  JUPYTER_PATH: join(FOLDER, 'share', 'jupyter'),
  JUPYTER_CONFIG_PATH: join(FOLDER, 'etc', 'jupyter')
};

/** Installs jupyter-collaboration, not into .venv, where all other tests would have it too. */
export async function ensureTogether() {
  const name = 'collaboration';
  const hash = contentHash(['scripts/lib/together.mjs', CONSTRAINTS]);
  if (readStamp(STAMP).hash === hash) {
    sayUpToDate(name);
    return;
  }
  rmSync(FOLDER, { recursive: true, force: true });
  const pip = [PYTHON, '-m', 'pip', 'install', '--retries=2', '-c', CONSTRAINTS];
  await step(name, 'installing jupyter-collaboration', [
    [...pip, '--no-deps', '--target', FOLDER, ...PACKAGES]
  ]);
  writeStamp(STAMP, { hash });
}
