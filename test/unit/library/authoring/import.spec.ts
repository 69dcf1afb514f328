import { freeId, slugOf } from '../../../../src/library/authoring/ids';
import { importFile } from '../../../../src/library/authoring/importers';
import { parseSnippet } from '../../../../src/snippets';

/** What a file's snippets are when they are kept. */
function read(name: string, content: unknown) {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const { snippets, problems } = importFile(name, text);
  return {
    snippets: snippets.map(({ id, text }) =>
      parseSnippet(text, { id, builtin: false })
    ),
    problems: problems.map(String)
  };
}

const ELYRA = {
  display_name: 'Load Data!',
  schema_name: 'code-snippet',
  metadata: {
    description: 'Reads a "file"',
    tags: ['io', 'data'],
    language: 'Python',
    code: ['import pandas as pd', '', "df = pd.read_csv('x.csv')"]
  }
};

const CALPOLY = {
  name: 'import_statements',
  description: 'Imports',
  language: 'python',
  code: ['%pip install x', 'import x'],
  id: 1,
  tags: ['import statements']
};

describe('import', () => {
  it("Elyra's", () => {
    expect(read('load.json', ELYRA)).toMatchObject({
      problems: [],
      snippets: [
        {
          id: 'load-data',
          title: 'Load Data!',
          description: 'Reads a "file"',
          tags: ['io', 'data'],
          languages: ['python'],
          cells: [{ cellType: 'code', source: ELYRA.metadata.code.join('\n') }]
        }
      ]
    });
  });

  it("jupyterlab-code-snippets', one or several, code as lines or text", () => {
    const other = {
      ...CALPOLY,
      name: 'r_plot',
      language: 'R',
      code: "plot(x)\n# it's"
    };
    const expected = [
      {
        id: 'import-statements',
        tags: ['import statements'],
        cells: [{ source: '%pip install x\nimport x' }]
      },
      { id: 'r-plot', languages: ['r'], cells: [{ source: "plot(x)\n# it's" }] }
    ];
    for (const content of [[CALPOLY, other], { snippets: [CALPOLY, other] }]) {
      expect(read('all.json', content)).toMatchObject({
        problems: [],
        snippets: expected
      });
    }
  });

  it('a markdown snippet is a markdown cell for any language', () => {
    const { snippets } = read('x.json', {
      ...CALPOLY,
      language: 'Markdown',
      code: ['# Title']
    });
    expect(snippets[0]).toMatchObject({
      languages: [],
      cells: [{ cellType: 'markdown', source: '# Title' }]
    });
  });

  it('a percent file of ours, or of anybody, with several cells', () => {
    const ours =
      '# ---\n# id: greet\n# title: Greet\n# ---\n# %%\nx = 1\n# %% [markdown]\n# Hi\n';
    expect(read('other-name.py', ours).snippets[0]).toMatchObject({
      id: 'greet',
      cells: [{ source: 'x = 1' }, { source: 'Hi' }]
    });
    expect(
      read('My file (1).py', ours.split('\n').slice(4).join('\n')).snippets[0]
    ).toMatchObject({ id: 'my-file-1', title: 'My file (1)' });
  });

  it('names what is none and goes on', () => {
    const { snippets, problems } = read('all.json', [
      { name: 'empty' },
      null,
      { ...CALPOLY, code: 'a\n# %%\nb' },
      CALPOLY
    ]);
    expect(snippets.map(({ id }) => id)).toEqual(['import-statements']);
    expect(problems).toEqual([
      'empty: it contains no code',
      'all: it contains no code',
      expect.stringMatching(/import_statements.*can't store/)
    ]);
    expect(read('x.json', '{').problems).toEqual([
      expect.stringMatching(/^x\.json: /)
    ]);
    expect(read('x.py', '# ---\n# title: 1\n# ---\nx').problems).toHaveLength(
      1
    );
  });
});

it('ids', () => {
  expect(slugOf(' Café & Crème_2 ')).toBe('cafe-creme-2');
  expect(slugOf('漢字')).toBe('');
  expect(freeId('', new Set())).toBe('my-snippet');
  expect(freeId('a', new Set(['a', 'a-2']))).toBe('a-3');
  expect(freeId('a-2', new Set(['a-2']))).toBe('a-3');
});
