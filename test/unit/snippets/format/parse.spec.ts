import { parseSnippet, SnippetError } from '../../../../src/snippets';

const ORIGIN = { id: 'demo', builtin: false };

/** A snippet text of a valid front matter and the given lines. */
function textOf(...lines: string[]): string {
  return ['# ---', '# id: demo', '# title: Demo', '# ---', ...lines].join('\n');
}

function errorOf(text: string, origin = ORIGIN): SnippetError {
  try {
    parseSnippet(text, origin);
  } catch (error) {
    expect(error).toBeInstanceOf(SnippetError);
    return error as SnippetError;
  }
  throw new Error('this text was parsed');
}

function sourceOf(...lines: string[]): string {
  return parseSnippet(textOf(...lines), ORIGIN).cells[0].source;
}

describe('front matter', () => {
  it('fills in what a short one leaves out', () => {
    const { cells, parameters, ...metadata } = parseSnippet(
      '# ---\n# title: Demo\n# ---\nx = 1\n',
      ORIGIN
    );
    expect(metadata).toEqual({
      id: 'demo',
      title: 'Demo',
      description: '',
      tags: [],
      languages: ['python'],
      requires: [],
      version: 1,
      form: 'standalone',
      builtin: false
    });
    expect(cells).toEqual([{ cellType: 'code', source: 'x = 1' }]);
    expect(parameters).toEqual([]);
  });

  it('reads every key', () => {
    const snippet = parseSnippet(
      [
        '# ---',
        '# id: demo',
        '# title: "Show: all # keys"',
        '# description: One line',
        '# tags: [a, "b c"]',
        '# languages: [python, ipython]',
        '# version: 7',
        '# icon: gpu',
        '# ---',
        'pass'
      ].join('\r\n'),
      { ...ORIGIN, form: 'library' }
    );
    expect(snippet).toMatchObject({
      title: 'Show: all # keys',
      description: 'One line',
      tags: ['a', 'b c'],
      languages: ['python', 'ipython'],
      version: 7,
      icon: 'gpu',
      form: 'library'
    });
  });

  it.each([
    ['', 'front matter', 1],
    ['x = 1', 'front matter', 1],
    ['\n\nx = 1', 'front matter', 3],
    ['# ---\n# title: a\nx = 1', 'front matter', 3],
    ['# ---\n# title: a\n', 'front matter', 3],
    ['# ---\n# title: a', 'front matter', 1],
    ['# ---\n# - a\n# ---\nx', 'front matter', 2],
    ['# ---\n# ---\nx', 'front matter', 2],
    ['# ---\n# title: a: b\n# ---\nx', 'front matter', 2],
    ['# ---\n# title: a\n# title: b\n# ---\nx', 'front matter', 3],
    ['# ---\n# id: demo\n# titel: a\n# ---\nx', 'titel', 3],
    ['# ---\n# id: demo\n# ---\nx', 'title', 1],
    ['# ---\n# id: demo\n# title: 12\n# ---\nx', 'title', 3],
    ['# ---\n# id: demo\n# title:\n# ---\nx', 'title', 3],
    ['# ---\n# title: a\n# id: other\n# ---\nx', 'id', 3],
    ['# ---\n# title: a\n# tags: a\n# ---\nx', 'tags', 3],
    ['# ---\n# title: a\n# tags: [1]\n# ---\nx', 'tags', 3],
    ['# ---\n# title: a\n# tags: {a: b}\n# ---\nx', 'tags', 3],
    ['# ---\n# title: a\n#\n# version: 0\n# ---\nx', 'version', 4],
    ['# ---\n# title: a\n# version: "1"\n# ---\nx', 'version', 3],
    ['# ---\n# title: a\n# version: 1.5\n# ---\nx', 'version', 3],
    ['# ---\n# title: a\n# icon: []\n# ---\nx', 'icon', 3],
    ['# ---\n# title: a\n# ---\n\n# %%\n', 'cells', 6]
  ])('reports field and line of %j', (text, field, line) => {
    expect(errorOf(text)).toMatchObject({ snippetId: 'demo', field, line });
  });

  it.each(['Demo', 'de mo', '-demo', 'de--mo', '', 'dé', '__proto__'])(
    'takes no id that is not a slug: %j',
    id => {
      const error = errorOf('# ---\n# title: a\n# ---\nx', {
        ...ORIGIN,
        id
      });
      expect(error).toMatchObject({ snippetId: id, field: 'id' });
    }
  );

  it('says it all in one line', () => {
    const { message } = errorOf('# ---\n# titel: a\n# ---\nx');
    expect(message).toMatch(
      /^Snippet "demo", titel, line 2: unknown key; .*title/
    );
    expect(message).not.toContain('\n');
  });
});

describe('cells', () => {
  it('splits percent cells and drops the blank ones', () => {
    const { cells } = parseSnippet(
      textOf(
        '',
        'first = 1',
        '',
        '# %% A title [markdown] {"key": 1}',
        '# # Heading',
        '#',
        '# text with  two blanks',
        '',
        '# %%',
        '',
        '#%% [raw]',
        '# raw text',
        '# %%\ttitle only',
        '',
        'last = """',
        '# %%',
        '"""  ',
        '',
        ''
      ),
      ORIGIN
    );
    expect(cells).toEqual([
      { cellType: 'code', source: 'first = 1' },
      {
        cellType: 'markdown',
        source: '# Heading\n\ntext with  two blanks'
      },
      { cellType: 'raw', source: 'raw text' },
      { cellType: 'code', source: 'last = """\n# %%\n"""  ' }
    ]);
  });

  it.each([
    ['"""\n# Title\n\n`code` # %%\n# %%\n"""', '# Title\n\n`code` # %%\n# %%'],
    ['r"""$\\alpha$"""', '$\\alpha$'],
    ["'''\n\ntext\n'''", '\ntext']
  ])('takes a markdown cell in three quotes: %j', (body, source) => {
    expect(sourceOf('# %% [md]', body)).toBe(source);
  });

  it('takes no code for markdown', () => {
    const text = textOf('# %% [markdown]', '# fine', 'x = 1');
    expect(errorOf(text)).toMatchObject({ field: 'cells', line: 7 });
  });

  it('reports the line where an open string begins', () => {
    const text = textOf('# %%', 'x = 1', 'y = """', 'z', '# %%', 'a = 1');
    expect(errorOf(text)).toMatchObject({ field: 'cells', line: 7 });
  });
});

describe('magics', () => {
  it.each([
    ['# %pip install x', '%pip install x'],
    ['# !nvidia-smi', '!nvidia-smi'],
    ['if x:\n    # !ls\n    pass', 'if x:\n    !ls\n    pass'],
    ['# # %pip stays', '# %pip stays'],
    ['%pip install x', '%pip install x'],
    ['# % of all', '# % of all'],
    ['# ! ls', '# ! ls'],
    ['#%pip', '#%pip'],
    ['x = """\n# %pip\n"""', 'x = """\n# %pip\n"""'],
    ['x = [\n# %pip\n]', 'x = [\n# %pip\n]'],
    ['x = 1 + \\\n# %pip', 'x = 1 + \\\n# %pip'],
    ["!echo '''\n# %pip", "!echo '''\n%pip"],
    ['!echo \\\n"""\n# %pip', '!echo \\\n"""\n%pip'],
    ['# !ls \\\n#   -l \\\n#   -a\n# no', '!ls \\\n  -l \\\n  -a\n# no'],
    ['# %%bash\n# ls\n#\n# # note', '%%bash\nls\n\n# note'],
    ['%%bash\necho "\n# %ls', '%%bash\necho "\n# %ls']
  ])('reads %j', (body, source) => {
    expect(sourceOf('# %%', ...body.split('\n'))).toBe(source);
  });
});
