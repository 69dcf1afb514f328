import { readdirSync } from 'fs';
import path from 'path';

import {
  BUILTIN_TEXTS,
  createLibrary,
  parseBuiltins,
  ENGINES
} from '../../../src/library/builtins';
import { loadLibrary } from '../../../src/library/load';

const FOLDER = path.resolve(__dirname, '../../../runtime_kit/snippets');

it('each file of runtime_kit/snippets is in the list', () => {
  const files = readdirSync(FOLDER)
    .filter(name => name.endsWith('.py') && name !== '__init__.py')
    .map(name => name.slice(0, -'.py'.length));
  expect(Object.keys(BUILTIN_TEXTS).sort()).toEqual(files.sort());
});

it('each engine is in the list', () => {
  const files = readdirSync(path.join(FOLDER, 'engines'))
    .filter(name => name.endsWith('.py'))
    .map(name => name.slice(0, -'.py'.length));
  expect(Object.keys(ENGINES).sort()).toEqual(files.sort());
});

it('each one is in the format and says what it is', () => {
  for (const snippet of parseBuiltins()) {
    expect(snippet).toMatchObject({ builtin: true });
    expect(snippet.description).not.toBe('');
    expect(snippet.languages).toContain('python');
  }
});

it('both forms of a snippet say the same of themselves', () => {
  const library = createLibrary();
  for (const { id } of library.list()) {
    const forms = (['standalone', 'library'] as const)
      .map(form => library.get(id, form))
      .filter(snippet => snippet !== undefined);
    const faces = forms.map(({ title, icon, tags }) =>
      JSON.stringify({ title, icon, tags })
    );
    expect(new Set(faces).size).toBe(1);
  }
});

it('a library file is the library form', () => {
  const text = (title: string): string =>
    `# ---\n# title: ${title}\n# ---\nx = 1`;
  const snippets = parseBuiltins({
    demo: text('Short'),
    'demo.library': text('Long')
  });
  expect(snippets.map(({ id, form }) => [id, form])).toEqual([
    ['demo', 'standalone'],
    ['demo', 'library']
  ]);
});

it('is what the lazy chunk holds', async () => {
  const library = await loadLibrary();
  const ids = library.list().map(({ id }) => id);
  expect(ids.slice(0, 3)).toEqual([
    'drive-mount',
    'gpu-check',
    'checkpoint-resume'
  ]);
  expect(parseBuiltins().map(({ id }) => id)).toEqual(
    expect.arrayContaining(ids)
  );
});
