import { join } from 'node:path';
import { besideFolder, ensureBeside } from './beside.mjs';

/** Packages that come before those of .venv where this folder is on PYTHONPATH. */
export const LOWEST = besideFolder('lowest');

const VERSIONS = join('constraints', 'lowest.txt');

/** Installs the lowest versions that pyproject.toml allows. */
export const ensureLowest = () =>
  ensureBeside('lowest versions', 'installing', {
    folder: LOWEST,
    constraints: VERSIONS,
    words: ['--no-deps', '-r', VERSIONS]
  });
