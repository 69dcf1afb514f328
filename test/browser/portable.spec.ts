import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from './kit';

const CHECK = join(__dirname, 'check_notebook.py');

test('what is inserted is a valid notebook elsewhere', async ({ kit }) => {
  await kit.open({ cells: ['a = 1'], kernel: false });
  await kit.set('form', 'standalone');
  const snippets = await kit.snippets();
  expect(snippets.length).toBeGreaterThanOrEqual(3);
  for (const { id } of snippets) {
    await kit.execute('runtime-kit:insert-snippet', { id });
    expect(await kit.inserted(id), id).not.toHaveLength(0);
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
    // Nothing in a standalone cell needs us.
    const ofLibrary = snippets.filter(({ form }) => form === 'library');
    python(CHECK, file, ...ofLibrary.map(({ id }) => id));
    python('-m', 'nbconvert', '--to', 'python', '--log-level=ERROR', file);
    python('-m', 'nbconvert', '--to', 'html', '--log-level=ERROR', file);
    // The script is Python that compiles.
    python('-m', 'py_compile', 'inserted.py');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
