import { delimiter, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from './problem.mjs';

/** The checkout. */
export const ROOT = resolve(fileURLToPath(new URL('../..', import.meta.url)));
export const VENV = join(ROOT, environmentFolder());
export const PYTHON = join(VENV, 'bin', 'python');
export const LOGS = join(ROOT, '.cache', 'logs');
export const RESULTS = join(ROOT, 'test-results');
export const PACKAGE_NAME = 'jupyterlab-runtime-kit';
export const LABEXTENSION = join(ROOT, 'jupyterlab_runtime_kit', 'labextension');

/** `.venv`, or what `VENV` names, so that there can be one for each Python. */
function environmentFolder() {
  const name = process.env.VENV || '.venv';
  if (!/^\.venv[\w.-]*$/.test(name)) {
    throw new Problem(`VENV=${name} is no name for an environment.`, 'Begin it with .venv, as in VENV=.venv-3.13');
  }
  return name;
}

/** A path as a user sitting in the checkout would type it. */
export function short(path) {
  return relative(ROOT, path) || '.';
}

/** An installed command of node_modules. */
export function nodeBin(name) {
  return join(ROOT, 'node_modules', '.bin', name);
}

/**
 * The environment of every command started here: the checkout's own Python and
 * Node tools come first, and nothing of the user's Python leaks in.
 */
export function toolEnvironment(extra = {}) {
  const env = { ...process.env, ...extra };
  delete env.PYTHONPATH;
  delete env.PYTHONHOME;
  env.VIRTUAL_ENV = VENV;
  env.PATH = [join(VENV, 'bin'), join(ROOT, 'node_modules', '.bin'), env.PATH].join(delimiter);
  env.PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD ??= '1';
  return env;
}
