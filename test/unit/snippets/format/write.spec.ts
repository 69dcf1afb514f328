import fc from 'fast-check';

import { ISnippetCell, parseSnippet } from '../../../../src/snippets';
import { writeSnippet } from '../../../../src/snippets/format/write';

const HEAD = { id: 'demo', title: 'A "title": # with [marks]', languages: [] };

const code = (source: string): ISnippetCell => ({ cellType: 'code', source });

/** The cells that the parser reads from what was written. */
function again(cells: readonly ISnippetCell[]): readonly ISnippetCell[] {
  const text = writeSnippet(HEAD, cells);
  const snippet = parseSnippet(text, { id: 'demo', builtin: false });
  expect(snippet.title).toBe(HEAD.title);
  return snippet.cells;
}

describe('writing a snippet', () => {
  it.each([
    'x = 1\n\ny = 2',
    '%pip install -q x\n!ls -l\nx = !ls',
    '# %pip install x\n# # !ls',
    '    %time f()',
    '!echo a \\\n  b # c\nx = 1',
    '%%bash\necho "it\'s"\n\n  # a comment\nls',
    '%%time\nf()',
    '"""\n# %% in a string\n"""',
    "s = '''\n!ls\n'''",
    'f(\n    %magic\n)',
    'obj?',
    '? obj',
    "it's no Python",
    'A = 1  # @param {type:"integer"}'
  ])('keeps code: %j', source => {
    const cells = [code(source), code('end = 1')];
    expect(again(cells)).toEqual(cells);
  });

  it.each(['# Title\n\n- a\n  - b', '%% no cell', '#', '"""', "it's"])(
    'keeps text: %j',
    source => {
      for (const cellType of ['markdown', 'raw'] as const) {
        const cells = [{ cellType, source }, code('end = 1')];
        expect(again(cells)).toEqual(cells);
      }
    }
  );

  it.each([
    ['x = 1\n# %%\ny = 2', /format can't store/],
    ['A = 1  # @param {type:"colour"}', /colour/],
    ['s = """', /closing quote is missing/]
  ])('says what it cannot keep: %j', (source, reason) => {
    expect(() => writeSnippet(HEAD, [code(source)])).toThrow(reason);
  });

  it('leaves out empty cells and blank lines around', () => {
    expect(again([code('\n \nx\r\n\r\n'), code('  \n')])).toEqual([code('x')]);
    expect(() => writeSnippet(HEAD, [code('')])).toThrow(/no cells/);
  });

  it('writes what it was given, or nothing', () => {
    const part = fc.constantFrom(
      ...[
        'x = 1',
        '%pip install x',
        '# %pip',
        '!ls',
        '# %%',
        '#%%',
        '"""',
        "'"
      ],
      ...[
        '(',
        ')',
        '\\',
        '',
        '  ',
        '\t!a',
        '%%bash',
        '%% a',
        '# @param',
        '# ---'
      ]
    );
    const source = fc
      .array(fc.oneof(part, fc.string({ maxLength: 6 })), { maxLength: 5 })
      .map(lines => lines.join('\n'));
    const cell = fc.record({
      cellType: fc.constantFrom('code' as const, 'markdown' as const),
      source
    });
    let written = 0;
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 3 }), cells => {
        let text: string;
        try {
          text = writeSnippet(HEAD, cells);
        } catch (error) {
          expect((error as Error).name).toBe('SnippetError');
          return;
        }
        written++;
        const { cells: read } = parseSnippet(text, {
          id: 'demo',
          builtin: false
        });
        const trim = (s: string) =>
          s
            .split('\n')
            .join('\n')
            .replace(/^(?:[^\S\n]*\n)+/, '')
            .replace(/(?:\n[^\S\n]*)+$/, '');
        expect(read).toEqual(
          cells
            .map(c => ({
              ...c,
              source: trim(c.source.replace(/\r\n?/g, '\n'))
            }))
            .filter(c => c.source !== '')
        );
      }),
      { numRuns: 1000 }
    );
    expect(written).toBeGreaterThan(200);
  });
});
