import fc from 'fast-check';

import {
  applyReplacements,
  expressionProblem,
  formReplacements,
  ParameterValue,
  readCellForm
} from '../../../../src/snippets';

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
    ['#@param {type:"string"}', null],
    ['a = 1  # @param {type:', /unexpected end/],
    ['a = 1  # @param {type:"slider, min:0}', /unexpected/]
  ])('leaves alone and names: %s', (source, reason) => {
    const { parameters, skipped } = readCellForm(source);
    expect(parameters).toEqual([]);
    expect(skipped.map(({ line, reason }) => [line, String(reason)])).toEqual(
      reason ? [[1, expect.stringMatching(reason)]] : []
    );
  });

  it('shows a value that does not fit and keeps it until it is changed', () => {
    const source = 'a = 300  # @param {type:"slider", min:0, max:255}';
    expect(String(readCellForm(source).parameters[0].misfit)).toMatch(
      /at most 255/
    );
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
  it.each(['a == b', 'f(a=1)', 'a <= 1 != b >= 2', 'lambda a=1: a'])(
    'may compare and name arguments: %s',
    text => expect(expressionProblem(text)).toBeNull()
  );

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
    ['!rm -r data', 'statement'],
    ['%pwd', 'statement'],
    ['b = 2', 'statement'],
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
