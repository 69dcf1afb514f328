import { join } from 'node:path';
import { besideFolder, ensureBeside } from './beside.mjs';
import { Problem } from './problem.mjs';
import { say } from './step.mjs';

const NAME = 'tensorflow';

/**
 * Installs TensorFlow (Apache-2.0) for the nightly test of the GPU benchmark. It
 * is large, wants other versions of packages that are pinned in .venv, and each
 * test of the GPU check would ask it. Where it cannot be had, that test is
 * skipped.
 */
export async function ensureTensorflow() {
  try {
    await ensureBeside(NAME, 'installing (large: this can take minutes)', {
      folder: besideFolder(NAME),
      constraints: join('constraints', 'tensorflow.txt'),
      words: ['tensorflow-cpu'],
      disk: 4
    });
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.message === 'Stopped.') {
      throw problem;
    }
    say(NAME, `warning: ${problem.message}`);
  }
}
