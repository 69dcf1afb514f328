import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { ROOT, VENV } from './lib/paths.mjs';
import { Problem } from './lib/problem.mjs';

/**
 * Runs jupyter-builder: the one on the PATH (pip's build environment puts it
 * there), else the one of the checkout's environment.
 */
export async function main(argv) {
  const PATH = [process.env.PATH, join(VENV, 'bin')].join(delimiter);
  const { error, status } = spawnSync('jupyter-builder', argv, {
    cwd: ROOT,
    env: { ...process.env, PATH },
    stdio: 'inherit'
  });
  if (error) {
    throw new Problem(
      `jupyter-builder cannot be run: ${error.message}`,
      '`npm run setup` puts it into .venv; elsewhere: pip install jupyter_builder'
    );
  }
  return status ?? 1;
}
