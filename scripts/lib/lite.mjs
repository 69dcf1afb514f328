import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipInto } from './beside.mjs';
import { PYTHON, ROOT } from './paths.mjs';
import { contentHash, readStamp, writeStamp } from './stamp.mjs';
import { sayUpToDate, step } from './step.mjs';

const FOLDER = join(ROOT, '.cache', 'lite');
// Beside the site that is built: JupyterLite keeps a database in its source.
const SOURCE = join(FOLDER, 'source');
const KERNEL = join(FOLDER, 'kernel');
const STAMP = join(FOLDER, 'stamp.json');
// What JupyterLite has built, in its own view: parts of a site that is made anew are left out
// where it is still there.
const DATABASE = join(ROOT, '.jupyterlite.doit.db');
const CONSTRAINTS = join('constraints', 'ci.txt');

/** The static JupyterLite site with this extension in it. */
export const LITE_SITE = join(FOLDER, 'site');

const SOURCES = [
  'jupyterlab_runtime_kit/labextension',
  'jupyterlab_runtime_kit/locale',
  'test/lite/site',
  'scripts/lib/lite.mjs',
  CONSTRAINTS
];

/**
 * Builds a JupyterLite site from the environment: this extension, the language
 * packs, and JavaScript's kernel, which is the one that starts without a
 * network (Python's gets itself from one).
 */
export async function ensureLite() {
  const name = 'jupyterlite';
  const hash = contentHash(SOURCES);
  if (existsSync(join(LITE_SITE, 'lab', 'index.html')) && readStamp(STAMP).hash === hash) {
    sayUpToDate(name);
    return;
  }
  rmSync(FOLDER, { recursive: true, force: true });
  rmSync(DATABASE, { force: true });
  cpSync(join(ROOT, 'test', 'lite', 'site'), SOURCE, { recursive: true });
  const extension = join(KERNEL, 'share', 'jupyter', 'labextensions', '@jupyterlite');
  await step(name, 'building a site', [
    pipInto(KERNEL, CONSTRAINTS, '--no-deps', 'jupyterlite-javascript-kernel'),
    [
      ...[PYTHON, '-m', 'jupyterlite_core', 'build'],
      ...['--lite-dir', SOURCE, '--output-dir', LITE_SITE],
      `--LiteBuildConfig.federated_extensions=${join(extension, 'javascript-kernel')}`
    ]
  ]);
  writeStamp(STAMP, { hash });
}
