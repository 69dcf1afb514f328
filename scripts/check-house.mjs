import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/paths.mjs';

// Longer than this needs a reason: a warning, since size alone is no fault.
const LONG = 400;
// A snippet is as long as its cells, which have a limit and a test of their own.
const LIMITED =
  /^(?!runtime_kit\/snippets\/[^/]+$)(src|runtime_kit|jupyterlab_runtime_kit|scripts)\/.*\.(tsx?|mjs|cjs|py)$/;
const TEXT =
  /\.(tsx?|mjs|cjs|js|py|json|md|toml|txt|css|svg|ipynb|yml|sh)$|^\.ci\/|^LICENSE$/;
// Somebody's home or work folder: true on one machine only.
const ABSOLUTE = /(?<![\w.:/$}])\/(home|Users|root|work)\/[\w.-]+/;
// Places that exist by definition: examples of them are no leak.
const KNOWN = /\/(home\/(user|jovyan|you|runner)|root\/\.cache)\b/;

const FOLDERS = [
  ...[
    'src',
    'style',
    'schema',
    'runtime_kit',
    'jupyterlab_runtime_kit',
    'jupyter-config'
  ],
  ...['scripts', '.ci', 'constraints', 'test', 'bench', 'docs', 'examples']
];
const SKIPPED =
  /(^|\/)(__pycache__|node_modules|labextension|results|\.[^/]*)$|^package-lock\.json$/;

function* walk(folder) {
  if (!existsSync(join(ROOT, folder))) {
    return;
  }
  for (const entry of readdirSync(join(ROOT, folder), {
    withFileTypes: true
  })) {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (SKIPPED.test(path)) {
      continue;
    }
    if (entry.isFile() && TEXT.test(path)) {
      yield path;
    } else if (entry.isDirectory() && folder) {
      yield* walk(path);
    }
  }
}

function warnOfLength(file, lines) {
  const count = lines.length - 1;
  if (LIMITED.test(file) && count > LONG) {
    console.log(`warning: ${file}: ${count} lines, more than ${LONG}`);
  }
}

function absolutePaths(file, lines) {
  return lines.flatMap((line, index) => {
    const path = ABSOLUTE.exec(line)?.[0];
    return path && !KNOWN.test(path)
      ? [`${file}:${index + 1}: an absolute path of one machine: ${path}`]
      : [];
  });
}

/** Fail on paths of one machine in files, and warn of files that are very long. */
export async function main() {
  const files = ['', ...FOLDERS].flatMap(folder => [...walk(folder)]);
  const errors = files.flatMap(file => {
    const lines = readFileSync(join(ROOT, file), 'utf8').split('\n');
    warnOfLength(file, lines);
    return absolutePaths(file, lines);
  });
  console.log(
    [...errors, `${errors.length} errors in ${files.length} files`].join('\n')
  );
  return errors.length > 0 ? 1 : 0;
}
