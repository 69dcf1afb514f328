import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PYTHON, ROOT } from './paths.mjs';
import { contentHash, readStamp, writeStamp } from './stamp.mjs';
import { needDisk, sayUpToDate, step } from './step.mjs';

/**
 * The words that install packages into a folder of their own, not into .venv,
 * where all other tests would have them too.
 */
export const pipInto = (folder, constraints, ...words) => [
  ...[PYTHON, '-m', 'pip', 'install', '--retries=2', '-c', constraints],
  ...['--target', folder, ...words]
];

/**
 * Installs packages beside .venv, unless that was done before.
 *
 * @param folder - it is made anew
 * @param constraints - the file with their versions
 * @param words - packages and options of pip
 * @param disk - gigabytes that it needs
 */
export async function ensureBeside(name, text, { folder, constraints, words, disk = 0.2 }) {
  const stamp = join(folder, 'stamp.json');
  const hash = contentHash([constraints], ...words);
  if (readStamp(stamp).hash === hash) {
    sayUpToDate(name);
    return;
  }
  const remove = () => rmSync(folder, { recursive: true, force: true });
  remove();
  needDisk(disk, name);
  try {
    await step(name, text, [pipInto(folder, constraints, ...words)]);
  } catch (problem) {
    remove(); // half of it helps nobody
    throw problem;
  }
  writeStamp(stamp, { hash });
}

/** A folder for such packages. */
export const besideFolder = name => join(ROOT, '.cache', name);
