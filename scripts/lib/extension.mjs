import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { LABEXTENSION, PACKAGE_NAME, PYTHON, ROOT, VENV, short } from './paths.mjs';
import { sayUpToDate, step } from './step.mjs';
import { contentHash, readStamp, writeStamp } from './stamp.mjs';

// Inside lib/, so that it goes when the build goes.
const BUILD_STAMP = join(ROOT, 'lib', '.runtime-kit-build.json');
const LINK_STAMP = join(VENV, 'runtime-kit-link.json');
const LINK = join(VENV, 'share', 'jupyter', 'labextensions', PACKAGE_NAME);

const BUILD_SOURCES = [
  'src',
  'style',
  'schema',
  'locales',
  'scripts/i18n',
  'scripts/snippets.mjs',
  'runtime_kit',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'webpack.config.js'
];
const LINK_SOURCES = ['pyproject.toml', 'package.json', 'install.json', 'jupyter-config'];

/** Compiles the front end and bundles it for JupyterLab, if a source has changed. */
export async function ensureBuild() {
  const name = 'extension';
  const hash = contentHash(BUILD_SOURCES);
  const built = existsSync(join(LABEXTENSION, 'package.json'));
  if (built && readStamp(BUILD_STAMP).hash === hash) {
    sayUpToDate(name);
    return;
  }
  await step(name, 'building (tsc, jupyter-builder)', [['npm', 'run', 'build']]);
  writeStamp(BUILD_STAMP, { hash });
}

/**
 * Installs the package so that the checkout's own files are used: the Python
 * packages through an editable install, the built extension through a link.
 */
export async function ensureLinked() {
  const name = 'package';
  const hash = contentHash(LINK_SOURCES, ROOT);
  const linked = lstatSync(LINK, { throwIfNoEntry: false })?.isSymbolicLink();
  if (linked && readStamp(LINK_STAMP).hash === hash) {
    sayUpToDate(name);
    return;
  }
  // pip removes the files of an earlier install, through the link too: it would
  // delete the build.
  if (linked) {
    rmSync(LINK);
  }
  const install = [PYTHON, '-m', 'pip', 'install', '--no-deps', '--no-build-isolation', '-e', '.'];
  await step(name, `linking this checkout into ${short(VENV)}`, [install], {
    env: { SKIP_JUPYTER_BUILDER: '1' }
  });
  rmSync(LINK, { recursive: true, force: true });
  mkdirSync(join(LINK, '..'), { recursive: true });
  symlinkSync(LABEXTENSION, LINK);
  writeStamp(LINK_STAMP, { hash });
}
