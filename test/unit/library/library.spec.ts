import { suitsLanguage } from '../../../src/library/filter';
import { SnippetLibrary } from '../../../src/library/snippetLibrary';
import { ISnippet, parseSnippet, SnippetForm } from '../../../src/snippets';

function textOf(title: string, ...more: string[]): string {
  return ['# ---', `# title: ${title}`, ...more, '# ---', 'x = 1'].join('\n');
}

function builtin(id: string, form: SnippetForm = 'standalone'): ISnippet {
  return parseSnippet(textOf(`built-in ${id}`), { id, builtin: true, form });
}

function libraryOf(): SnippetLibrary {
  return new SnippetLibrary([
    builtin('a'),
    builtin('b', 'library'),
    builtin('b'),
    builtin('c', 'library')
  ]);
}

function titles(library: SnippetLibrary): string[] {
  return library.list().map(({ title, form }) => `${title} ${form}`);
}

describe('SnippetLibrary', () => {
  it('lists each id once and finds the forms', () => {
    const library = libraryOf();
    expect(titles(library)).toEqual([
      'built-in a standalone',
      'built-in b standalone',
      'built-in c library'
    ]);
    expect(library.get('b')?.form).toBe('standalone');
    expect(library.get('b', 'library')?.form).toBe('library');
    expect(library.get('a', 'library')).toBeUndefined();
    expect(library.get('c', 'standalone')).toBeUndefined();
    expect(library.get('d')).toBeUndefined();
  });

  it('names the right ids for a wrong one', () => {
    const library = libraryOf();
    expect(library.require('a', 'library').form).toBe('standalone');
    expect(() => library.require('d')).toThrow(
      'Snippet "d" not found. Available: a, b, c.'
    );
  });

  it('takes the user snippets and drops the removed ones', () => {
    const library = libraryOf();
    expect(library.setUserSnippets({ mine: textOf('Mine') })).toEqual([]);
    expect(library.get('mine')).toMatchObject({ builtin: false });
    expect(library.get('mine')).not.toHaveProperty('overridesBuiltin');
    expect(titles(library)).toHaveLength(4);
    library.setUserSnippets({});
    expect(titles(library)).toHaveLength(3);
  });

  it('lets a user snippet stand in for all forms of a built-in one', () => {
    const library = libraryOf();
    library.setUserSnippets({ b: textOf('Mine') });
    expect(library.get('b')).toMatchObject({
      title: 'Mine',
      builtin: false,
      overridesBuiltin: true
    });
    expect(library.get('b', 'library')).toBeUndefined();
    library.setUserSnippets({});
    expect(library.get('b', 'library')?.title).toBe('built-in b');
  });

  it('reports each broken one and keeps the others', () => {
    const library = libraryOf();
    const errors = library.setUserSnippets({
      one: textOf('One'),
      two: textOf('Two', '# titel: x'),
      'Not a slug': textOf('Three'),
      a: 'no front matter',
      four: 4 as unknown as string,
      five: textOf('Five')
    });
    expect(
      errors.map(({ snippetId, field, line }) => [snippetId, field, line])
    ).toEqual([
      ['two', 'titel', 3],
      ['Not a slug', 'id', 1],
      ['a', 'front matter', 1],
      ['four', 'front matter', 1]
    ]);
    expect(titles(library)).toEqual([
      'built-in a standalone',
      'built-in b standalone',
      'built-in c library',
      'One standalone',
      'Five standalone'
    ]);
  });

  it('signals changes only', () => {
    const library = libraryOf();
    const changed = jest.fn();
    library.changed.connect(changed);
    library.setUserSnippets({});
    expect(changed).not.toHaveBeenCalled();
    const first = library.setUserSnippets({ a: 'broken' });
    expect(library.setUserSnippets({ a: 'broken' })).toEqual(first);
    expect(changed).toHaveBeenCalledTimes(1);
    library.setUserSnippets({});
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('describes the snippets without their texts', () => {
    const library = new SnippetLibrary();
    library.setUserSnippets({
      mine:
        textOf('Mine', '# description: Does it') +
        '\nN = 1  # @param {type:"slider", min:0, max:3}'
    });
    expect(JSON.parse(JSON.stringify(library.describe()))).toEqual([
      {
        id: 'mine',
        title: 'Mine',
        description: 'Does it',
        parameters: [{ name: 'N', type: 'integer', default: 1, min: 0, max: 3 }]
      }
    ]);
  });
});

it('filters by language', () => {
  const of = (id: string, ...more: string[]): ISnippet =>
    parseSnippet(textOf(id, ...more), { id, builtin: false });
  const all = [
    of('plain'),
    of('julia', '# languages: [Julia]', '# tags: [gpu]'),
    of('any', '# languages: []', '# tags: [io, gpu]')
  ];
  const ids = (language: string): string[] =>
    all.filter(snippet => suitsLanguage(snippet, language)).map(({ id }) => id);
  expect(ids('Python')).toEqual(['plain', 'any']);
  expect(ids('julia')).toEqual(['julia', 'any']);
});
