import fc from 'fast-check';

import {
  ISnippet,
  ParameterType,
  ParameterValue,
  parseSnippet,
  readPythonLiteral,
  renderSnippet,
  toPythonLiteral
} from '../../../../src/snippets';
import { Python } from '../python';

const RUNS = 500;

/** What strings break parsers with. */
const NASTY = [
  ...[
    '"',
    "'",
    '"""',
    "'''",
    '\\',
    '\\"',
    '\n',
    '\r',
    '\r\n',
    '\0',
    '\t',
    '\f'
  ],
  ...['\v', '\x1c', '\x7f', '\x85', '\xa0', '\u2028', '\u2029', '\u200b'],
  ...[
    '\u202e',
    '\ufeff',
    '\ufffe',
    '\ud800',
    '\udfff',
    '\ue000',
    '😀',
    '𝒳',
    'é'
  ],
  ...['# %%', '# @param', '#', '{x}', '$x', '!ls', '%pip', '?', ';', ')', ']'],
  ...['__import__("os")', '\\N{DASH}', '\\x41', '\\']
];

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.oneof(fc.constantFrom(...NASTY), fc.string()))
    .map(parts => parts.join('')),
  // Any sequence of UTF-16 units, with halves of pairs alone.
  fc
    .array(fc.integer({ min: 0, max: 0xffff }))
    .map(units => String.fromCharCode(...units))
);
const double = fc.double({ noNaN: true, noDefaultInfinity: true });
const raw = fc.letrec<{ value: ParameterValue }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      text,
      double,
      fc.boolean(),
      fc.constant(null),
      fc.maxSafeInteger()
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 })
  )
})).value;

// A variable's name is code, checked by its own rule: see parameters.spec.ts.
type LiteralType = Exclude<ParameterType, 'variable'>;

const VALUES: [LiteralType, fc.Arbitrary<ParameterValue>][] = [
  ['string', text],
  ['boolean', fc.boolean()],
  ['number', fc.oneof(double, fc.maxSafeInteger())],
  ['integer', fc.maxSafeInteger()],
  ['raw', raw]
];
const DEFAULTS: Record<LiteralType, string> = {
  string: '"# @param"',
  boolean: 'True',
  number: '1e-3',
  integer: '-1',
  raw: '("a", [1], {"b": None})'
};

function snippetOf(type: LiteralType): ISnippet {
  const lines = [
    '# ---',
    '# title: Demo',
    '# ---',
    'before = """',
    '# @param',
    '"""',
    `NAME = ${DEFAULTS[type]}  # @param {type:"${type}"}`,
    'after = [before]  # end'
  ];
  return parseSnippet(lines.join('\n'), { id: 'demo', builtin: false });
}

let python: Python;
beforeAll(() => {
  python = new Python();
});
afterAll(() => python.dispose());

describe.each(VALUES)('a value of type %s', (type, values) => {
  it('is given back by literal_eval and stays in its literal', async () => {
    const snippet = snippetOf(type);
    const source = snippet.cells[0].source;
    const plain = await python.examine(source, 'NAME');
    await fc.assert(
      fc.asyncProperty(values, async value => {
        const [cell] = renderSnippet(snippet, { NAME: value });
        const examined = await python.examine(cell.source, 'NAME');
        expect(examined).toEqual({ ...plain, value: [value] });
        // All other bytes are where they were.
        const [start, end] = snippet.parameters[0].span;
        const tail = source.slice(end);
        expect(cell.source.startsWith(source.slice(0, start))).toBe(true);
        expect(cell.source.endsWith(tail)).toBe(true);
      }),
      { numRuns: RUNS }
    );
  });

  it('is read back from a rendered snippet', () => {
    const snippet = snippetOf(type);
    fc.assert(
      fc.property(values, value => {
        const [cell] = renderSnippet(snippet, { NAME: value });
        const again = parseSnippet(
          `# ---\n# title: Demo\n# ---\n${cell.source}`,
          { id: 'demo', builtin: false }
        );
        expect(again.cells).toHaveLength(1);
        expect(again.parameters.map(({ name }) => name)).toEqual(['NAME']);
        expect(toPythonLiteral(again.parameters[0].default)).toBe(
          toPythonLiteral(value)
        );
      }),
      { numRuns: RUNS }
    );
  });
});

it('a literal is one line of visible characters', () => {
  fc.assert(
    fc.property(raw, value => {
      const literal = toPythonLiteral(value);
      expect(literal).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      expect(readPythonLiteral(literal)).toEqual(value);
    }),
    { numRuns: RUNS }
  );
});

it('a note stays in its comment', async () => {
  const snippet = snippetOf('string');
  const plain = await python.examine(snippet.cells[0].source, 'NAME');
  await fc.assert(
    fc.asyncProperty(text, text, async (note, value) => {
      const [cell] = renderSnippet(
        snippet,
        { NAME: value },
        { notes: { NAME: `x${note}` } }
      );
      const { comments, ...examined } = await python.examine(
        cell.source,
        'NAME'
      );
      const { comments: before, ...expected } = plain;
      expect(examined).toEqual({ ...expected, value: [value] });
      expect(comments).toEqual([
        before[0],
        expect.stringMatching(/^# NAME: x/),
        before[1]
      ]);
    }),
    { numRuns: RUNS }
  );
});
