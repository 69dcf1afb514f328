import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { besideFolder } from './beside.mjs';
import { LABEXTENSION, PACKAGE_NAME, PYTHON, ROOT } from './paths.mjs';
import { contentHash, readStamp, writeStamp } from './stamp.mjs';
import { needDisk, sayUpToDate, step } from './step.mjs';

/** The older ends of what is supported: a JupyterLab and the Notebook 7 that is built on it. */
export const OLDER = [
  { lab: '4.4', notebook: '7.4' },
  { lab: '4.5', notebook: '7.5' }
];

/** The Python of the environment with such a JupyterLab. */
export const olderPython = lab => join(besideFolder(`jupyterlab-${lab}`), 'bin', 'python');

/** Makes an environment for each, with this checkout linked into it. */
export async function ensureOlder() {
  for (const { lab } of OLDER) {
    await ensureOne(lab);
  }
}

async function ensureOne(lab) {
  const name = `jupyterlab ${lab}`;
  const folder = besideFolder(`jupyterlab-${lab}`);
  const stamp = join(folder, 'stamp.json');
  const constraints = join('constraints', `jupyterlab-${lab}.txt`);
  const hash = contentHash([constraints, 'jupyter-config'], ROOT);
  if (readStamp(stamp).hash === hash) {
    sayUpToDate(name);
    return;
  }
  rmSync(folder, { recursive: true, force: true });
  needDisk(0.5, name);
  const pip = [PYTHON, '-m', 'pip', '--python', olderPython(lab), 'install', '--retries=2'];
  await step(name, 'making an environment for it', [
    [PYTHON, '-m', 'venv', '--without-pip', folder],
    [...pip, '-c', constraints, 'jupyterlab', 'notebook', 'ipykernel']
  ]);
  link(folder);
  writeStamp(stamp, { hash });
}

/** The checkout's own files are used there, as in .venv. */
function link(folder) {
  const extensions = join(folder, 'share', 'jupyter', 'labextensions');
  mkdirSync(extensions, { recursive: true });
  symlinkSync(LABEXTENSION, join(extensions, PACKAGE_NAME));
  const server = join('etc', 'jupyter', 'jupyter_server_config.d');
  cpSync(join(ROOT, 'jupyter-config', 'server-config'), join(folder, server), { recursive: true });
  const [python] = readdirSync(join(folder, 'lib')).filter(name => /^python/.test(name));
  writeFileSync(join(folder, 'lib', python, 'site-packages', `${PACKAGE_NAME}.pth`), `${ROOT}\n`);
}
