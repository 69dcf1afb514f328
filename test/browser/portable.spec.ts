import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from './kit';

const IDS = ['drive-mount', 'gpu-check', 'checkpoint-resume'];

test('what is inserted is a valid notebook elsewhere', async ({ kit }) => {
  await kit.open({ cells: ['a = 1'], kernel: false });
  await kit.set('form', 'standalone');
  for (const id of IDS) {
    await kit.execute('runtime-kit:insert-snippet', { id });
  }
  const folder = mkdtempSync(join(tmpdir(), 'runtime-kit-'));
  try {
    // Not notebook.py: Python would import that in place of Notebook 7's package.
    const file = join(folder, 'inserted.ipynb');
    writeFileSync(file, JSON.stringify(await kit.json()));
    const python = (...args: string[]): string =>
      execFileSync(process.env.RUNTIME_KIT_TEST_PYTHON!, args, {
        cwd: folder,
        encoding: 'utf8'
      });
    const ids = python(
      '-c',
      'import nbformat, sys; n = nbformat.read(sys.argv[1], as_version=4); ' +
        'nbformat.validate(n); assert n.nbformat_minor >= 5; ' +
        'print(len({c.id for c in n.cells}) == len(n.cells))',
      file
    );
    expect(ids.trim()).toBe('True');
    python('-m', 'nbconvert', '--to', 'python', '--log-level=ERROR', file);
    python('-m', 'nbconvert', '--to', 'html', '--log-level=ERROR', file);
    // The script is Python that compiles, and nothing in it needs us.
    const uses = python(
      '-c',
      'import ast; t = ast.parse(open("inserted.py").read()); ' +
        'print([n for n in ast.walk(t) if isinstance(n, (ast.Import, ast.ImportFrom)) ' +
        'and "runtime_kit" in ast.dump(n)])'
    );
    expect(uses.trim()).toBe('[]');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
