import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LOWEST } from './lowest.mjs';
import { PYTHON, RESULTS, ROOT, nodeBin } from './paths.mjs';
import { readJUnit, readJest, readPlaywright, readTap } from './reports.mjs';

const python = (...args) => [PYTHON, '-m', ...args];
const ownScript = name => [process.execPath, join(ROOT, 'scripts', 'run.cjs'), name];
// Newer versions of Node take files, not folders.
const ownTests = () =>
  readdirSync(join(ROOT, 'test', 'scripts'))
    .filter(name => name.endsWith('.test.mjs'))
    .map(name => join('test', 'scripts', name));
const result = name => join(RESULTS, name);

/**
 * What `npm test` and `npm run nightly` run, in this order: quick checks first.
 *
 * name      - as given to `npm test -- <name>`
 * needs     - what has to be set up: see parts.mjs
 * command   - made when it runs, with the user's further arguments
 * read      - counts the tests in `report`; a stage without it is a check that
 *             passes or fails as a whole
 * beside    - the stage that it may run at the same time with
 * limit     - minutes after which it is ended
 * nightly   - runs with `npm run nightly`, not with `npm test`; 'by name': with neither, only
 *             with `npm test -- <name>`
 */
export const STAGES = [
  {
    name: 'eslint',
    needs: ['node'],
    limit: 5,
    command: args => [nodeBin('eslint'), ...(args.length ? args : ['.'])]
  },
  {
    name: 'imports',
    needs: ['node'],
    limit: 2,
    command: args => [nodeBin('depcruise'), ...(args.length ? args : ['src'])]
  },
  {
    name: 'prettier',
    needs: ['node'],
    limit: 3,
    command: args => [nodeBin('prettier'), '--check', ...(args.length ? args : ['.'])]
  },
  {
    name: 'ruff',
    needs: ['tests'],
    limit: 2,
    command: args => python('ruff', 'check', ...args)
  },
  {
    name: 'ruff-format',
    needs: ['tests'],
    limit: 2,
    command: args => python('ruff', 'format', '--check', ...args)
  },
  {
    name: 'mypy',
    needs: ['tests'],
    limit: 5,
    command: args => python('mypy', ...args)
  },
  {
    name: 'house',
    needs: [],
    limit: 1,
    command: () => ownScript('check-house')
  },
  {
    name: 'tsc',
    needs: ['node'],
    limit: 5,
    command: () => ownScript('check-types')
  },
  {
    name: 'scripts',
    needs: ['node'],
    limit: 5,
    report: result('scripts.tap'),
    read: readTap,
    command: args => [
      process.execPath,
      '--test',
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      '--test-reporter=tap',
      `--test-reporter-destination=${result('scripts.tap')}`,
      ...(args.length ? args : ownTests())
    ]
  },
  {
    name: 'jest',
    needs: ['node', 'tests'],
    limit: 10,
    report: result('jest.json'),
    read: readJest,
    command: args => [
      nodeBin('jest'),
      '--ci',
      '--json',
      `--outputFile=${result('jest.json')}`,
      ...args
    ]
  },
  {
    name: 'pytest',
    needs: ['tests', 'torch', 'extension', 'colab'],
    limit: 45,
    report: result('pytest.xml'),
    read: readJUnit,
    command: args => python('pytest', `--junitxml=${result('pytest.xml')}`, ...args)
  },
  {
    name: 'galata',
    // Each of the two waits much for kernels and servers of its own.
    beside: 'pytest',
    needs: ['tests', 'torch', 'extension', 'colab', 'browser'],
    limit: 45,
    report: result('galata.json'),
    read: readPlaywright,
    command: args => [nodeBin('playwright'), 'test', ...args]
  },
  {
    // The guides as a site; a link that leads nowhere fails it.
    name: 'docs',
    nightly: true,
    needs: ['docs'],
    limit: 5,
    command: args => python('mkdocs', 'build', '--strict', ...args)
  },
  {
    name: 'lite',
    nightly: true,
    needs: ['lite', 'browser'],
    limit: 10,
    report: result('lite.json'),
    read: readPlaywright,
    command: args => [
      nodeBin('playwright'),
      'test',
      '--config=test/lite/playwright.config.mjs',
      ...args
    ]
  },
  {
    // With the oldest packages that users may have beside it.
    name: 'lowest',
    nightly: true,
    needs: ['lowest'],
    limit: 5,
    report: result('lowest.xml'),
    read: readJUnit,
    command: args => [
      'env',
      `PYTHONPATH=${LOWEST}`,
      ...python('pytest', `--junitxml=${result('lowest.xml')}`),
      ...(args.length
        ? args
        : [
            'test/lowest',
            'test/server/test_limits.py',
            'test/outputs/test_journal.py',
            'test/checkpoint/test_roundtrip.py',
            'test/checkpoint/test_logging.py',
            'test/fetching/test_fetch_drive.py'
          ])
    ]
  },
  {
    name: 'older',
    nightly: true,
    needs: ['older', 'browser'],
    limit: 10,
    report: result('older.json'),
    read: readPlaywright,
    command: args => [
      nodeBin('playwright'),
      'test',
      '--config=test/older/playwright.config.mjs',
      ...args
    ]
  },
  {
    name: 'together',
    nightly: true,
    needs: ['together', 'browser'],
    limit: 10,
    report: result('together.json'),
    read: readPlaywright,
    command: args => [
      nodeBin('playwright'),
      'test',
      '--config=test/together/playwright.config.mjs',
      ...args
    ]
  },
  {
    // Tests marked `nightly`: those of the frameworks' callbacks, and slow ones.
    name: 'pytest-nightly',
    nightly: true,
    needs: ['tests', 'torch', 'extension', 'colab', 'frameworks', 'tensorflow'],
    limit: 30,
    report: result('pytest-nightly.xml'),
    read: readJUnit,
    command: args =>
      python(
        'pytest',
        '-m',
        'nightly and not exhaustive',
        `--junitxml=${result('pytest-nightly.xml')}`,
        ...args
      )
  },
  {
    // Tests marked `exhaustive`: every field with every wrong value, every loop at many lines.
    name: 'pytest-exhaustive',
    nightly: 'by name',
    needs: ['tests', 'torch', 'extension', 'colab'],
    limit: 240,
    report: result('pytest-exhaustive.xml'),
    read: readJUnit,
    command: args =>
      python('pytest', '-m', 'exhaustive', `--junitxml=${result('pytest-exhaustive.xml')}`, ...args)
  }
];
