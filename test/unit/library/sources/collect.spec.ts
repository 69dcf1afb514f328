import { Signal } from '@lumino/signaling';

import { SnippetLibrary } from '../../../../src/library/snippetLibrary';
import { SourceFollower } from '../../../../src/library/sources/sourceFollower';
import type { ISourceProblem } from '../../../../src/library/sources/collect';
import { collectSources } from '../../../../src/library/sources/collect';

const snippet = (id: string, body = 'x = 1'): string =>
  `# ---\n# id: ${id}\n# title: T ${id}\n# ---\n# %%\n${body}\n`;

/** Files by path; a path that ends with a slash is a folder. */
function contents(files: Record<string, string>) {
  return {
    get: jest.fn(async (path: string): Promise<any> => {
      if (path in files) {
        return {
          type: 'file',
          name: path.split('/').pop(),
          content: files[path]
        };
      }
      const inside = Object.keys(files).filter(f => f.startsWith(`${path}/`));
      if (inside.length === 0) {
        throw new Error(`No such folder: ${path}`);
      }
      return {
        type: 'directory',
        content: inside.map(f => ({ type: 'file', name: f.split('/').pop() }))
      };
    })
  };
}

const told = ({ source, reason }: ISourceProblem): [string, string] => [
  source,
  String(reason)
];

describe('sources', () => {
  it('a folder on a drive: its snippet files, in order', async () => {
    const { snippets, problems } = await collectSources(
      ['team:kit'],
      contents({
        'team:kit/b.py': snippet('b'),
        'team:kit/a.py': snippet('a'),
        'team:kit/notes.md': 'no snippet',
        'team:kit/a.library.py': 'no snippet'
      })
    );
    expect(problems).toEqual([]);
    expect(snippets.map(({ id, source }) => [id, source])).toEqual([
      ['a', 'team:kit'],
      ['b', 'team:kit']
    ]);
  });

  it('what fails is named and the rest goes on; the first of an id stays', async () => {
    const { snippets, problems } = await collectSources(
      ['gone', 'one', 'two'],
      contents({
        'one/a.py': snippet('a', 'one = 1'),
        'one/bad.json': '{',
        'two/a.py': snippet('a', 'two = 2')
      })
    );
    expect(snippets).toMatchObject([{ id: 'a', source: 'one' }]);
    expect(problems.map(told)).toEqual([
      ['gone', 'No such folder: gone'],
      ['one', expect.stringContaining('bad.json')],
      ['two', expect.stringContaining('also in one')]
    ]);
  });

  it('a URL of a file, and of a list of files', async () => {
    const pages: Record<string, string> = {
      'https://team.example/kit/list.json': '["a.py", "sub/b.py"]',
      'https://team.example/kit/a.py': snippet('a'),
      'https://team.example/kit/sub/b.py': snippet('b')
    };
    const fetched = jest.fn(async (url: string) => ({
      ok: url in pages,
      status: 404,
      statusText: 'Not Found',
      text: async () => pages[url]
    }));
    const before = globalThis.fetch;
    globalThis.fetch = fetched as any;
    try {
      const { snippets, problems } = await collectSources(
        [
          'https://team.example/kit/list.json',
          'https://team.example/kit/none.py'
        ],
        contents({})
      );
      expect(snippets.map(({ id }) => id)).toEqual(['a', 'b']);
      expect(problems.map(told)).toEqual([
        ['https://team.example/kit/none.py', '404 Not Found']
      ]);
    } finally {
      globalThis.fetch = before;
    }
  });
});

describe('following the settings', () => {
  const setup = () => {
    const library = new SnippetLibrary();
    const owner = {};
    const settings: any = {
      values: { snippetSources: ['kit', 'gone'] },
      changed: new Signal(owner)
    };
    const catalog: any = {
      library: null,
      changed: new Signal(owner),
      load: async () => (catalog.library = library)
    };
    const files: Record<string, string> = { 'kit/a.py': snippet('a') };
    const reader = contents(files);
    const report = jest.fn();
    const follower = new SourceFollower({
      catalog,
      settings,
      contents: reader,
      report
    });
    return { library, settings, catalog, files, reader, report, follower };
  };

  it('reads nothing before the library is needed', () => {
    const { settings, reader } = setup();
    settings.changed.emit();
    expect(reader.get).not.toHaveBeenCalled();
  });

  it('says what is wrong once, and again when asked to look again', async () => {
    const { library, catalog, settings, files, report, follower } = setup();
    await follower.refresh();
    expect(library.list().map(({ id, source }) => [id, source])).toEqual([
      ['a', 'kit']
    ]);
    expect(report).toHaveBeenCalledTimes(1);
    catalog.changed.emit();
    settings.changed.emit();
    await new Promise(resolve => setTimeout(resolve));
    expect(report).toHaveBeenCalledTimes(1);

    files['kit/b.py'] = snippet('b', 'X = y  # @param {type:"integer"}');
    await follower.refresh();
    expect(report.mock.calls.map(([{ source }]) => source)).toEqual([
      'gone',
      'kit',
      'gone'
    ]);
    settings.values = { snippetSources: [] };
    settings.changed.emit();
    await follower.refresh();
    expect(library.list()).toEqual([]);
  });

  it("the user's own go before a team's, and these before built-in ones", () => {
    const library = new SnippetLibrary();
    const shared = [{ id: 'a', text: snippet('a', 's = 1'), source: 'kit' }];
    library.setSourceSnippets(shared);
    library.setUserSnippets({ a: snippet('a', 'u = 1') });
    expect(library.get('a')!.cells[0].source).toBe('u = 1');
    expect(library.textOf('a')).toContain('u = 1');
    library.setUserSnippets({});
    expect(library.get('a')).toMatchObject({ source: 'kit' });
    library.setSourceSnippets([]);
    expect(library.get('a')).toBeUndefined();
  });
});
