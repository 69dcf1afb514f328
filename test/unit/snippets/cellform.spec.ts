import fc from 'fast-check';

import {
  applyReplacements,
  expressionProblem,
  formReplacements,
  ParameterValue,
  readCellForm,
  toPythonLiteral
} from '../../../src/snippets';
import { Python } from './python';

/** The form fields of Colab's own example notebook. */
const COLAB = [
  '#@title Example form fields',
  '#@markdown Forms support many types of fields.',
  "no_type_checking = ''  #@param",
  'string_type = \'example\'  #@param {type: "string"}',
  'slider_value = 142  #@param {type: "slider", min: 100, max: 200}',
  'number = 102.5  #@param {type: "number"}',
  'date = \'2010-11-05\'  #@param {type: "date"}',
  'pick_me = "monday"  #@param [\'monday\', "tuesday"]',
  'select_or_input = "apples" #@param ["apples", "bananas"] {allow-input: true}',
  'boolean_checkbox = True #@param {"type":"boolean","placeholder":"x"}',
  'boolean_dropdown = False #@param ["False", "True"] {type:"raw"}',
  'raw_input = compute(1)[0] #@param {type:"raw"}',
  'raw_dropdown = raw_input #@param [1, "raw_input", "False", "\'string\'"] {type:"raw"}',
  '#@markdown ---',
  'print("#@param", string_type)'
].join('\n');

const set = (source: string, values: Record<string, ParameterValue>) => {
  const form = readCellForm(source);
  const byLine = new Map(
    form.parameters
      .filter(({ name }) => name in values)
      .map(({ line, name }) => [line, values[name]])
  );
  return applyReplacements(source, formReplacements(form, byLine));
};

describe('the form of a cell', () => {
  it("reads Colab's own example", () => {
    const { parameters, skipped } = readCellForm(COLAB);
    expect(skipped).toEqual([]);
    expect(
      parameters.map(({ name, type, value, code }) => [
        name,
        type,
        value ?? code
      ])
    ).toEqual([
      ['no_type_checking', 'raw', "''"],
      ['string_type', 'string', 'example'],
      ['slider_value', 'integer', 142],
      ['number', 'number', 102.5],
      ['date', 'string', '2010-11-05'],
      ['pick_me', 'string', 'monday'],
      ['select_or_input', 'string', 'apples'],
      ['boolean_checkbox', 'boolean', true],
      ['boolean_dropdown', 'raw', 'False'],
      ['raw_input', 'raw', 'compute(1)[0]'],
      ['raw_dropdown', 'raw', 'raw_input']
    ]);
    expect(parameters[4].isDate).toBe(true);
    expect(parameters[6]).toMatchObject({ allowInput: true });
    expect(parameters[10].choices).toEqual([
      '1',
      'raw_input',
      'False',
      "'string'"
    ]);
  });

  it('changes right-hand sides and nothing else', () => {
    expect(
      set(COLAB, {
        string_type: '"); import os #',
        slider_value: 150,
        number: 3,
        boolean_checkbox: false,
        raw_dropdown: "'string'"
      }).split('\n')
    ).toEqual(
      COLAB.split('\n').map(
        line =>
          ({
            string_type: `string_type = "\\"); import os #"  #@param {type: "string"}`,
            slider_value: line.replace('142', '150'),
            number: line.replace('102.5', '3.0'),
            boolean_checkbox: line.replace('True', 'False'),
            raw_dropdown: line.replace('= raw_input', "= 'string'")
          })[line.split(' =')[0]] ?? line
      )
    );
  });

  it('keeps the spelling of what is not changed', () => {
    const source =
      "a = 'x'  #@param {type:'string'}\nb = 1_000 #@param {type:'integer'}";
    expect(set(source, { a: 'x', b: 1000 })).toBe(source);
  });

  it.each([
    ['a = f(1)  # @param {type:"integer"}', /f\(1\)|literal/],
    ['a = f"{b}"  # @param {type:"string"}', /f-string/],
    ['a = b"x"  # @param {type:"string"}', /b-string/],
    ['a: int = 1  # @param {type:"integer"}', /NAME = value/],
    ['a = 1; b = 2  # @param {type:"integer"}', /literal/],
    ['a =  # @param {type:"integer"}', /NAME = value/],
    ['a = "x  # @param {type:"string"}', null],
    ['f(a = 1,  # @param {type:"integer"}\n)', /NAME = value/],
    ['a = 1  # @param {type:"colour"}', /colour/],
    ['a = 1  # @param {type:"slider", min:"low"}', /min/],
    ['a = 1  # @param {type:', /early/],
    ['a = 1  # @param ["x"] {type:"integer"}', /literal/]
  ])('leaves alone and names: %s', (source, reason) => {
    const { parameters, skipped } = readCellForm(source);
    expect(parameters).toEqual([]);
    expect(skipped).toEqual(
      reason ? [{ line: 1, reason: expect.stringMatching(reason) }] : []
    );
  });

  it('shows a value that does not fit and keeps it until it is changed', () => {
    const source = 'a = 300  # @param {type:"slider", min:0, max:255}';
    expect(readCellForm(source).parameters[0].misfit).toMatch(/at most 255/);
    expect(set(source, { a: 255 })).toContain('a = 255 ');
    expect(() => set(source, { a: 256 })).toThrow(/at most 255/);
  });

  it('takes nothing for Python that is not', () => {
    expect(
      readCellForm('%%bash\nA="x"  # @param {type:"string"}')
    ).toMatchObject({ parameters: [], skipped: [] });
    expect(
      readCellForm('%%capture\nA = 1  # @param {type:"integer"}').parameters
    ).toHaveLength(1);
    expect(readCellForm('"""\nA = 1  # @param\n"""').parameters).toEqual([]);
    expect(readCellForm('!echo A = 1  # @param').parameters).toEqual([]);
  });
});

describe('code of the user', () => {
  it.each(['x', 'f(1, [2])', '"#;"', "'''a'''", 'a["b"]', '-1', '{1: (2,)}'])(
    'may stand there: %s',
    text => expect(expressionProblem(text)).toBeNull()
  );

  it.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['1\nx = 2', 'line'],
    ['1\r2', 'line'],
    ['1\u20282', 'line'],
    ['1 # x', 'comment'],
    ['1; x = 2', 'statement'],
    ['1 \\', 'statement'],
    ['= 1', 'statement'],
    ['(1', 'bracket'],
    ['1)', 'bracket'],
    ['(1]', 'bracket'],
    ['"a', 'string'],
    ['"""a"', 'string']
  ])('may not: %j', (text, problem) =>
    expect(expressionProblem(text)).toBe(problem)
  );

  it('stays in its line, whatever it is', () => {
    const source = 'a = 1 #@param {type:"raw"}\nb = 2 #@param {type:"raw"}';
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom(
              '"',
              "'",
              '"""',
              '(',
              ')',
              '[',
              '#',
              ';',
              '\\',
              '\n'
            ),
            fc.string({ maxLength: 3 })
          )
        ),
        parts => {
          const text = parts.join('');
          fc.pre(expressionProblem(text) === null);
          const after = set(source, { a: text });
          const again = readCellForm(after);
          expect(again.parameters.map(({ name }) => name)).toEqual(['a', 'b']);
          expect(again.parameters[0].code).toBe(text.trim());
          expect(again.parameters[1].code).toBe('2');
        }
      ),
      { numRuns: 1000 }
    );
  });
});

describe('form and cell', () => {
  const string = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '"',
      "'",
      '\\',
      '"""',
      '#@param',
      '\n',
      '{type:"raw"}',
      '\r',
      '\0'
    )
  );
  const double = fc.double({ noNaN: true, noDefaultInfinity: true });
  /** Type, what may stand in the cell, what a form may give. */
  const KINDS = [
    ['{type:"string"}', string],
    ['{"type": "string", "placeholder": "#"}', string],
    ['["a", "b"] {allow-input: true}', string],
    ["['a', 'b']", fc.constantFrom('a', 'b')],
    ['{type:"number"}', fc.oneof(double, fc.maxSafeInteger())],
    ['{type:"integer"}', fc.maxSafeInteger()],
    [
      '{type:"slider", min:-10, max:10, step:1}',
      fc.integer({ min: -10, max: 10 })
    ],
    ['{type:"boolean"}', fc.boolean()]
  ] as const;
  const line = fc.constantFrom(...KINDS).chain(([spec, values]) =>
    fc.record({
      spec: fc.constant(spec),
      before: values as fc.Arbitrary<ParameterValue>,
      after: values as fc.Arbitrary<ParameterValue>,
      mark: fc.constantFrom('  # @param ', ' #@param ', '# @param  '),
      end: fc.constantFrom('', '  # note')
    })
  );
  let python: Python;
  beforeAll(() => {
    python = new Python();
  });
  afterAll(() => python.dispose());

  it('agree after any edit, and Python reads the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 4 }),
        async lines => {
          const text = (key: 'before' | 'after') =>
            [
              '#@title Any',
              ...lines.map(
                (l, i) =>
                  `P${i} = ${toPythonLiteral(l[key])}${l.mark}${l.spec}${l.end}`
              ),
              'other = [1]  # end'
            ].join('\n');
          const source = text('before');
          const form = readCellForm(source);
          expect(form.skipped).toEqual([]);
          expect(form.parameters.map(p => p.value)).toEqual(
            lines.map(l => l.before)
          );
          const result = set(
            source,
            Object.fromEntries(lines.map((l, i) => [`P${i}`, l.after]))
          );
          // What stands around the values is what it was.
          const around = (s: string) => {
            const spans = readCellForm(s).parameters.map(p => p.span);
            const ends = [0, ...spans.map(([, end]) => end)];
            return ends.map((end, i) => s.slice(end, spans[i]?.[0]));
          };
          expect(around(result)).toEqual(around(source));
          const [first] = lines;
          const examined = await python.examine(result, 'P0');
          expect(examined.value).toEqual([first.after]);
          const plain = await python.examine(source, 'P0');
          expect(examined.comments).toEqual(plain.comments);
          expect(readCellForm(result).parameters.map(p => p.value)).toEqual(
            lines.map(l => l.after)
          );
        }
      ),
      { numRuns: 300 }
    );
  });
});
