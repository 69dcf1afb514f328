import { ensureBuild, ensureLinked } from './lib/extension.mjs';
import { ensureNodeModules } from './lib/node-modules.mjs';
import {
  ensureEnvironment,
  ensureGroups,
  ensureTorch
} from './lib/python-env.mjs';

const ALL = ['node', 'python', 'tests', 'torch', 'extension'];

/**
 * Brings the checkout to where the named parts can be used. What is up to date
 * is left alone.
 *
 * @param parts - some of `node`, `python`, `tests` (test tools), `torch`, `extension`
 * @param options.retry - try again what failed before and is no end (PyTorch)
 */
export async function setUp(parts, options = {}) {
  const wants = name => parts.includes(name);
  if (wants('node') || wants('extension')) {
    await ensureNodeModules();
  }
  if (wants('python') || wants('tests') || wants('extension')) {
    await ensureEnvironment();
    await ensureGroups(
      wants('tests') ? ['lab', 'build', 'test'] : ['lab', 'build']
    );
  }
  if (wants('torch')) {
    await ensureTorch(options);
  }
  if (wants('extension')) {
    await ensureBuild();
    await ensureLinked();
  }
}

/** `npm run setup`: everything, without starting anything. */
export async function main() {
  await setUp(ALL, { retry: true });
}
