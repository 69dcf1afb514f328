import { join } from 'node:path';
import { findBrowser } from './browser.mjs';
import { ensureBuild, ensureLinked } from './extension.mjs';
import { ensureLite } from './lite.mjs';
import { ensureLowest } from './lowest.mjs';
import { ensureNodeModules } from './node-modules.mjs';
import { ensureOlder } from './older.mjs';
import { PYTHON, ROOT } from './paths.mjs';
import { ensureEnvironment, ensureGroups, ensureTorch } from './python-env.mjs';
import { step } from './step.mjs';
import { ensureTensorflow } from './tensorflow.mjs';
import { ensureTogether } from './together.mjs';

// Makes the environment with the old end of the supported kernel versions.
const COLAB_SCRIPT = join(ROOT, 'scripts', 'colab-kernel-env.py');

/** The parts of a set-up, each with the parts it builds on. */
const PARTS = {
  node: { after: [], make: ensureNodeModules },
  environment: { after: [], make: ensureEnvironment },
  python: { after: ['environment'], make: () => ensureGroups(['lab', 'build']) },
  tests: { after: ['environment'], make: () => ensureGroups(['lab', 'build', 'test']) },
  torch: { after: ['environment'], make: ensureTorch },
  // Some 400 MB beside PyTorch, so only `npm run nightly` has it installed.
  frameworks: { after: ['tests', 'torch'], make: () => ensureGroups(['frameworks']) },
  tensorflow: { after: ['tests'], make: ensureTensorflow },
  build: { after: ['node', 'python'], make: ensureBuild },
  extension: { after: ['build'], make: ensureLinked },
  lite: {
    after: ['tests', 'extension'],
    make: async () => {
      await ensureGroups(['lite']);
      await ensureLite();
    }
  },
  docs: { after: ['tests'], make: () => ensureGroups(['docs']) },
  lowest: { after: ['tests', 'torch', 'extension'], make: ensureLowest },
  older: { after: ['tests', 'extension'], make: ensureOlder },
  together: { after: ['tests', 'extension'], make: ensureTogether },
  colab: {
    after: ['tests', 'torch'],
    make: () => step('colab kernel', 'looking after .venv-colab', [[PYTHON, COLAB_SCRIPT]])
  },
  browser: {
    after: ['node'],
    make: async () => {
      process.env.CHROMIUM_PATH = await findBrowser();
    }
  }
};

const made = new Map();

/**
 * Brings the checkout to where the named parts can be used: what is up to date
 * is left alone, and nothing is done twice in a run.
 *
 * @param names - keys of PARTS
 * @param options.retry - try again what failed before and is no end (PyTorch)
 * @throws Problem, the same one for all that build on the part that failed
 */
export async function provide(names, options = {}) {
  for (const name of names) {
    await provide(PARTS[name].after, options);
    if (!made.has(name)) {
      made.set(name, PARTS[name].make(options));
    }
    await made.get(name);
  }
}
