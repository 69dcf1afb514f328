import { createLibrary } from '../../../src/library/builtins';
import {
  changedCells,
  IPlannedCell,
  resumePlan
} from '../../../src/panel/resume/resumePlan';
import { renderSnippet } from '../../../src/snippets';
import { NO_NAMES } from '../panel/fakes';

const library = createLibrary();

/** All snippets, in both forms. */
const SNIPPETS = library
  .list()
  .flatMap(({ id }) =>
    (['standalone', 'library'] as const).flatMap(
      form => library.get(id, form) ?? []
    )
  );

/** Another value of each parameter, and one that tries to be code. */
const VALUES: Record<string, unknown> = {
  string: '"; import os; os.system("touch X")  # \n\'\'\'"""{x}\u2028',
  boolean: true,
  number: 1.5,
  integer: 3,
  raw: { a: [1, 'x = 1\n'] },
  variable: 'trainer.model'
};

describe('A cell that claims to be of a snippet', () => {
  it.each(
    SNIPPETS.map(snippet => [`${snippet.id} (${snippet.form})`, snippet])
  )('is known by its text: %s', (_, snippet) => {
    if (typeof snippet === 'string') {
      throw new Error('no snippet');
    }
    const values = Object.fromEntries(
      snippet.parameters.map(parameter => [
        parameter.name,
        parameter.choices && !parameter.allowInput
          ? parameter.choices[0]
          : parameter.min !== undefined
            ? parameter.min
            : VALUES[parameter.type]
      ])
    );
    const notes = Object.fromEntries(
      Object.keys(values).map(name => [name, 'found in the kernel'])
    );
    for (const cells of [
      renderSnippet(snippet, {}),
      renderSnippet(snippet, values, { notes })
    ]) {
      for (const { source } of cells.filter(
        ({ cellType }) => cellType === 'code'
      )) {
        expect(library.hasRendered(snippet.id, source)).toBe(true);
        for (const forged of [
          `import os\n${source}`,
          `${source}\nimport os`,
          `${source}; import os`,
          source.replace(/^(\w+) = /m, '$1 = __import__("os") or '),
          source.replace(/ {2}# @param/, ';import os  # @param'),
          ...['\r', '\u2028', '\x85', '\f'].flatMap(end => [
            source.replace(/^(# @title .*)/m, `$1${end}!touch X`),
            source.replace(/( {2}# @param .*)/, `$1 # x${end}!touch X`),
            source.replace(/^(# \w+: found .*)/m, `$1${end}!touch X`)
          ]),
          source.split('\n').slice(0, -1).join('\n')
        ].filter(text => text !== source)) {
          expect(library.hasRendered(snippet.id, forged)).toBe(false);
        }
      }
    }
    expect(library.hasRendered(snippet.id, '')).toBe(false);
    expect(library.hasRendered('no-such', 'x')).toBe(false);
  });

  it.each([
    'f"{__import__(\'os\')}"',
    '__import__("os")',
    'exec("x")',
    '""\nimport os\nX = ""',
    '[x for x in y]',
    '!touch X',
    '"a" if x() else "b"',
    `"a" '  # @param {type:"string"} # ' + str(exec("x"))`,
    `"a" + str(exec("x")) + '  # @param {type:"string"} # '`
  ])('is not known with %s for a value', code => {
    const [engine, form] = renderSnippet(library.get('drive-mount')!, {});
    expect(engine.folded).toBe(true);
    const forged = form.source.replace('"/content/drive"', code);
    expect(forged).not.toBe(form.source);
    expect(library.hasRendered('drive-mount', forged)).toBe(false);
  });

  it('is the built-in text also where another snippet stands in for it', () => {
    const own = createLibrary();
    const text = '# ---\n# title: Mine\n# ---\nx = 1';
    own.setUserSnippets({ 'drive-mount': text });
    const [, form] = renderSnippet(library.get('drive-mount')!, {});
    expect(own.hasRendered('drive-mount', form.source)).toBe(true);
    expect(own.hasRendered('drive-mount', 'x = 1')).toBe(true);
  });

  it('runs for a resume only as code of the user does, and is shown', () => {
    const cell = (
      id: string,
      names: object,
      more: Partial<IPlannedCell> = {}
    ): IPlannedCell => ({
      id,
      snippet: null,
      source: '',
      names: { ...NO_NAMES, ...names },
      ...more
    });
    const cells = [
      cell('planted', { binds: ['x'] }, { claims: 'drive-mount' }),
      cell('apart', { binds: ['x'] }, { claims: 'release-runtime' }),
      cell('edited', { binds: ['DATA'] }, { claims: 'drive-download' }),
      cell('mount', {}, { claims: 'drive-mount', snippet: 'drive-mount' }),
      cell('run', { binds: ['run'], runs: ['digits'] }),
      cell('train', { reads: ['run', 'DATA'], trains: ['run'] }),
      cell('below', {}, { claims: 'drive-mount' })
    ];
    const ids = resumePlan(cells, 'digits');
    expect(ids).toEqual(['edited', 'mount', 'run', 'train']);
    expect(changedCells(cells, ids)).toEqual(['planted']);
  });
});
