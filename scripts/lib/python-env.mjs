import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from './command.mjs';
import { findPython, inspectPython, recentEnough } from './find-python.mjs';
import { PYTHON, ROOT, VENV, short } from './paths.mjs';
import { Problem } from './problem.mjs';
import { needDisk, say, sayUpToDate, step } from './step.mjs';
import { contentHash, readStamp, writeStamp } from './stamp.mjs';

const NAME = 'python';
const CONSTRAINTS = join('constraints', 'ci.txt');
const STAMP = join(VENV, 'runtime-kit.json');

const pip = (...args) => [PYTHON, '-m', 'pip', 'install', '--retries=2', '-c', CONSTRAINTS, ...args];

/** Makes the environment of this checkout, unless a usable one is there. */
export async function ensureEnvironment() {
  const name = short(VENV);
  const present = existsSync(PYTHON) ? inspectPython(PYTHON) : undefined;
  // The scripts in an environment hold its path: one that was moved is of no use.
  const home = readStamp(STAMP).root ?? ROOT;
  if (present?.pip && recentEnough(present) && home === ROOT) {
    return;
  }
  const python = findPython();
  needDisk(2, 'Setting up the Python environment');
  rmSync(VENV, { recursive: true, force: true });
  await step(NAME, `making ${name} with Python ${python.version.join('.')}`, creation(python));
  writeStamp(STAMP, { root: ROOT });
}

/** The commands that make an environment with pip in it. */
function creation(python) {
  const [major, minor] = python.version;
  if (python.venv && python.ensurepip) {
    return [[python.path, '-m', 'venv', VENV]];
  }
  if (python.venv && python.pip) {
    // Debian splits ensurepip off; any pip can put one into the new environment.
    const target = join(VENV, 'lib', `python${major}.${minor}`, 'site-packages');
    return [
      [python.path, '-m', 'venv', '--without-pip', VENV],
      [python.path, '-m', 'pip', 'install', '--target', target, 'pip']
    ];
  }
  const debian = python.path === '/usr/bin/python3' ? 'python3-venv' : `python${major}.${minor}-venv`;
  if (process.getuid?.() === 0 && ask('apt-get', ['--version'])) {
    return [
      ['apt-get', 'update', '-qq'],
      ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', debian],
      [python.path, '-m', 'venv', VENV]
    ];
  }
  throw new Problem(
    `${python.path} cannot make virtual environments: Debian and Ubuntu keep that in a package of its own.`,
    `Install it (sudo apt install ${debian}) and run the same command again.`
  );
}

/**
 * Installs dependency groups of pyproject.toml with the versions of
 * constraints/ci.txt, unless that was done before.
 *
 * @param groups - names under [dependency-groups]
 */
export async function ensureGroups(groups) {
  const stamp = readStamp(STAMP);
  const hash = contentHash(['pyproject.toml', CONSTRAINTS]);
  const missing = groups.filter(group => stamp.groups?.[group] !== hash);
  if (missing.length === 0) {
    sayUpToDate(NAME);
    return;
  }
  await step(NAME, `installing ${missing.map(group => GROUP_TEXT[group] ?? group).join(', ')}`, [
    // --group needs pip 25.1
    pip('--upgrade', 'pip'),
    pip(...missing.flatMap(group => ['--group', group]))
  ]);
  const done = Object.fromEntries(missing.map(group => [group, hash]));
  writeStamp(STAMP, { ...stamp, root: ROOT, groups: { ...stamp.groups, ...done } });
}

const GROUP_TEXT = {
  lab: 'JupyterLab, Notebook, ipykernel and scikit-learn',
  build: 'the build tools',
  test: 'the test tools',
  frameworks: 'Keras, Lightning, Transformers and JAX',
  lite: 'JupyterLite',
  docs: 'MkDocs'
};

/**
 * Installs PyTorch. One that cannot be installed is a warning: all but the
 * training of the example works without it. A failure is not tried again at
 * each start, since it can cost a large download; `npm run setup` does.
 */
export async function ensureTorch({ retry = false } = {}) {
  const name = 'pytorch';
  const stamp = readStamp(STAMP);
  const hash = contentHash([CONSTRAINTS]);
  if (stamp.torch?.hash === hash && (stamp.torch.installed || !retry)) {
    if (stamp.torch.installed) {
      sayUpToDate(name);
    } else {
      say(name, 'not installed, an earlier try failed (npm run setup tries again)');
    }
    return;
  }
  let installed = true;
  try {
    needDisk(3, 'PyTorch');
    await step(name, 'installing (large: this can take minutes)', [pip('torch')], { quiet: true });
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.message === 'Stopped.') {
      throw problem;
    }
    installed = false;
    say(name, `warning: ${problem.message} The example cannot train without it.`);
    say('', problem.advice.replaceAll('\n', ' '));
  }
  writeStamp(STAMP, { ...stamp, root: ROOT, torch: { hash, installed } });
}

