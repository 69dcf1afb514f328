import fc from 'fast-check';

import {
  applyReplacements,
  formReplacements,
  ParameterValue,
  readCellForm,
  toPythonLiteral
} from '../../../../src/snippets';
import { Python } from '../python';

/** A parameter's line: how it is declared and written, and what a form makes of it. */
interface ILine {
  readonly spec: string;
  readonly isCode: boolean;
  readonly before: ParameterValue;
  /** The right-hand side as somebody wrote it. */
  readonly spelling: string;
  readonly after: ParameterValue;
  readonly mark: string;
  readonly end: string;
}

const string = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', "'", '\\', '"""', '#@param', '\n', '{type:"raw"}', '\0')
);
const double = fc.double({ noNaN: true, noDefaultInfinity: true });
const date = fc
  .date({
    min: new Date('1970-01-01'),
    max: new Date('2100-01-01'),
    noInvalidDate: true
  })
  .map(moment => moment.toISOString().slice(0, 10));
const code = fc.constantFrom(
  ...['x', 'f(1)[0]', '"#; ("', '[1, 2]', '-1', "r'\\d'", 'lambda a: a', 'None']
);
const tenths = fc.integer({ min: -10, max: 10 }).map(n => n / 10);

/** What stands behind `@param` in Colab's notebooks, and the values that fit. */
const KINDS: readonly [string, fc.Arbitrary<ParameterValue>][] = [
  ['{type:"string"}', string],
  ['{"type": "string", "placeholder": "#"}', string],
  ['{type:"date"}', date],
  ['["a", "b"]', fc.constantFrom('a', 'b')],
  ['["a", "b"] {type:"string"}', fc.constantFrom('a', 'b')],
  ['["a", "b"] {allow-input: true}', string],
  ['["a", "b"] {type:"string", allow-input:true}', string],
  ['["1", "2", "3"] {type:"integer"}', fc.constantFrom(1, 2, 3)],
  ['[1, 2.5] {type:"number", allow-input: true}', double],
  ['{type:"number"}', fc.oneof(double, fc.maxSafeInteger())],
  ['{type:"number", min: 0, step: 0.5}', fc.double({ min: 0, max: 1e9 })],
  ['{type:"integer"}', fc.maxSafeInteger()],
  [
    '{type:"slider", min:-10, max:10, step:1}',
    fc.integer({ min: -10, max: 10 })
  ],
  ['{type:"slider", min:-1, max:1, step:0.1}', tenths],
  ['{type:"boolean"}', fc.boolean()],
  ['{"type":"boolean"}', fc.boolean()]
];
const CODE_KINDS = [
  '',
  '{type:"raw"}',
  '["x", "f(1)[0]"] {type:"raw"}',
  '[1, "None"] {type:"raw", allow-input: true}'
];

/** Ways to write a value, which stay where it is not changed. */
function spellings(value: ParameterValue): string[] {
  const own = toPythonLiteral(value);
  if (typeof value === 'string' && /^[^'"\\\p{C}\p{Z}]*$/u.test(value)) {
    return [
      own,
      `'${value}'`,
      `r"${value}"`,
      `'''${value}'''`,
      `'' "${value}"`
    ];
  }
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
    ? [own, `+${own}`, `0x${value.toString(16)}`, `( ${own} )`]
    : [own];
}

const rest = {
  mark: fc.constantFrom(
    '  # @param ',
    ' #@param ',
    '# @param  ',
    '\t#@param\t'
  ),
  end: fc.constantFrom('', '  # note', ' #@param {type:"raw"}')
};
const valueLine = fc.constantFrom(...KINDS).chain(([spec, values]) =>
  values.chain(before =>
    fc.record<ILine>({
      spec: fc.constant(spec),
      isCode: fc.constant(false),
      before: fc.constant(before),
      spelling: fc.constantFrom(...spellings(before)),
      after: fc.oneof(values, fc.constant(before)),
      ...rest
    })
  )
);
const codeLine = fc.constantFrom(...CODE_KINDS).chain(spec =>
  code.chain(before =>
    fc.record<ILine>({
      spec: fc.constant(spec),
      isCode: fc.constant(true),
      before: fc.constant(before),
      spelling: fc.constant(before),
      after: code,
      ...rest
    })
  )
);
/** What stands around them; none of it is a parameter. */
const OTHERS = [
  '#@title Any { display-mode: "form" }',
  '#@markdown ---\n#@markdown **Words** with `P0 = 9 #@param`',
  '# P0 = 9  #@param {type:"integer"}',
  'text = """\nP0 = 9  #@param {type:"integer"}\n"""',
  'total = (1 +  # one\n  2)',
  'print("#@param", [\n  1\n])',
  ''
];
const lines = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: valueLine },
    { weight: 1, arbitrary: codeLine },
    { weight: 2, arbitrary: fc.constantFrom(...OTHERS) }
  ),
  { minLength: 1, maxLength: 8 }
);

/** What a changed line says: a float stays one. */
function written({ isCode, before, spelling, after }: ILine): string {
  if (isCode) {
    return String(after);
  }
  if (toPythonLiteral(before) === toPythonLiteral(after)) {
    return spelling;
  }
  const literal = toPythonLiteral(after);
  const wasFloat = typeof before === 'number' && /[.e]/.test(spelling);
  return wasFloat && !spelling.startsWith('0x') && /^-?\d+$/.test(literal)
    ? `${literal}.0`
    : literal;
}

function cellOf(
  parts: readonly (ILine | string)[],
  right: (line: ILine) => string
): string {
  return [...parts, 'END = [1]  # end']
    .map((part, i) =>
      typeof part === 'string'
        ? part
        : `P${i} = ${right(part)}${part.mark}${part.spec}${part.end}`
    )
    .join('\n');
}

describe('form and cell', () => {
  let python: Python;
  beforeAll(() => {
    python = new Python();
  });
  afterAll(() => python.dispose());

  it("agree after any edit of Colab's kinds of fields, and Python reads the same", async () => {
    await fc.assert(
      fc.asyncProperty(lines, async parts => {
        const source = cellOf(parts, ({ spelling }) => spelling);
        const form = readCellForm(source);
        expect(form.skipped).toEqual([]);
        const declared = parts.filter(part => typeof part !== 'string');
        expect(form.parameters.map(p => p.value ?? p.code)).toEqual(
          declared.map(({ before }) => before)
        );

        const values = form.parameters.map(
          ({ line }, i) => [line, declared[i].after] as const
        );
        const replaced = formReplacements(form, new Map(values));
        const result = applyReplacements(source, replaced);
        expect(result).toBe(cellOf(parts, written));

        const again = readCellForm(result);
        expect(again.parameters.map(p => p.value ?? p.code)).toEqual(
          declared.map(({ after }) => after)
        );
        const [before, after] = [
          await python.examine(source, 'END'),
          await python.examine(result, 'END')
        ];
        expect(before.error).toBeUndefined();
        expect(after.comments).toEqual(before.comments);
        expect(after.others).toHaveLength(before.others.length);
        const index = parts.findIndex(p => typeof p !== 'string' && !p.isCode);
        if (index >= 0) {
          const { value } = await python.examine(result, `P${index}`);
          expect(value).toEqual([(parts[index] as ILine).after]);
        }
      }),
      { numRuns: 250 }
    );
  });

  it.each([
    ['in brackets', 'f(\n  a = 1,  # @param {type:"integer"}\n)', 2],
    ['behind another statement', 'x = 1; a = 2  # @param {type:"integer"}', 1],
    ['over two lines', 'a = (1 +\n  2)  # @param {type:"integer"}', 2],
    ['continued', 'a = \\\n  1  # @param {type:"integer"}', 2]
  ])('a line %s is left alone and named', (_, source, line) => {
    const { parameters, skipped } = readCellForm(source);
    expect(parameters).toEqual([]);
    expect(skipped.map(each => each.line)).toEqual([line]);
  });
});
