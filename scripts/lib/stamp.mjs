import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, short } from './paths.mjs';

// The last one is what the build makes among its sources.
const IGNORED = new Set(['__pycache__', 'node_modules', '.ipynb_checkpoints', 'catalog.json']);

function* filesOf(path) {
  if (!existsSync(path)) {
    return;
  }
  if (statSync(path).isFile()) {
    yield path;
    return;
  }
  for (const entry of readdirSync(path).sort()) {
    if (!IGNORED.has(entry)) {
      yield* filesOf(join(path, entry));
    }
  }
}

/**
 * A hash of the content of files and folders: what a step was made from. Times
 * of change say nothing after a fresh clone or a switch of branches.
 *
 * @param sources - paths relative to the checkout; a missing one counts as empty
 * @param words - what else the result depends on, such as a version
 */
export function contentHash(sources, ...words) {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of filesOf(join(ROOT, source))) {
      hash.update(`${short(file)}\0`).update(readFileSync(file)).update('\0');
    }
  }
  return hash.update(words.join('\0')).digest('hex');
}

/** What was written by {@link writeStamp}, or an empty object. */
export function readStamp(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

export function writeStamp(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(content, null, 2));
}
