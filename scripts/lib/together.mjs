import { join } from 'node:path';
import { besideFolder, ensureBeside } from './beside.mjs';

const FOLDER = besideFolder('together');

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

/** Installs jupyter-collaboration: where it is, every notebook is a shared one. */
export const ensureTogether = () =>
  ensureBeside('collaboration', 'installing jupyter-collaboration', {
    folder: FOLDER,
    constraints: join('constraints', 'ci.txt'),
    words: ['--no-deps', ...PACKAGES]
  });
