import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PYTHON, ROOT } from './paths.mjs';
import { Problem } from './problem.mjs';
import { contentHash, readStamp, writeStamp } from './stamp.mjs';
import { needDisk, say, sayUpToDate, step } from './step.mjs';

const FOLDER = join(ROOT, '.cache', 'tensorflow');
const STAMP = join(FOLDER, 'stamp.json');
const CONSTRAINTS = join('constraints', 'tensorflow.txt');

/**
 * Installs TensorFlow (Apache-2.0) for the nightly test of the GPU benchmark. Not
 * into .venv: it is large, wants other versions of packages that are pinned
 * there, and each test of the GPU check would ask it. Where it cannot be had,
 * that test is skipped.
 */
export async function ensureTensorflow() {
  const name = 'tensorflow';
  const hash = contentHash(['scripts/lib/tensorflow.mjs', CONSTRAINTS]);
  if (readStamp(STAMP).hash === hash) {
    sayUpToDate(name);
    return;
  }
  rmSync(FOLDER, { recursive: true, force: true });
  const pip = [PYTHON, '-m', 'pip', 'install', '--retries=2', '-c', CONSTRAINTS];
  try {
    needDisk(4, 'TensorFlow');
    await step(name, 'installing (large: this can take minutes)', [
      [...pip, '--target', FOLDER, 'tensorflow-cpu']
    ]);
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.message === 'Stopped.') {
      throw problem;
    }
    rmSync(FOLDER, { recursive: true, force: true });
    say(name, `warning: ${problem.message}`);
    return;
  }
  writeStamp(STAMP, { hash });
}
