import { join } from 'node:path';
import { findBrowser } from './browser.mjs';
import { PYTHON, ROOT } from './paths.mjs';
import { step } from './step.mjs';
import { setUp } from '../setup.mjs';

// Makes the environment with the old end of the supported kernel versions.
const COLAB_SCRIPT = join(ROOT, 'scripts', 'colab-kernel-env.py');

const MAKERS = {
  node: () => setUp(['node']),
  tests: () => setUp(['tests']),
  torch: () => setUp(['torch']),
  extension: () => setUp(['extension']),
  colab: () => step('colab kernel', 'making .venv-colab', [[PYTHON, COLAB_SCRIPT]]),
  browser: async () => {
    process.env.CHROMIUM_PATH = await findBrowser();
  }
};

const made = new Map();

/**
 * Sets up what a stage needs, once in a run.
 *
 * @throws Problem, the same one for each stage that needs what failed
 */
export async function provide(needs) {
  for (const need of needs) {
    if (!made.has(need)) {
      made.set(need, MAKERS[need]());
    }
    await made.get(need);
  }
}
