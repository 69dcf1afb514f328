import {
  IParameter,
  parseSnippet,
  SnippetError
} from '../../../../src/snippets';

const ORIGIN = { id: 'demo', builtin: false };
const HEAD = '# ---\n# title: Demo\n# ---\n';

function parametersOf(...lines: string[]): readonly IParameter[] {
  return parseSnippet(HEAD + lines.join('\n'), ORIGIN).parameters;
}

/** A parameter without its place. */
function declared(line: string): Partial<IParameter> {
  const [{ cell, line: at, span, ...rest }] = parametersOf(line);
  expect([cell, at, span[0]]).toEqual([0, 1, 'N = '.length]);
  return rest;
}

it('knows where each one stands', () => {
  const parameters = parametersOf(
    '# %% [markdown]',
    '# text',
    '# %%',
    '',
    'x = 1',
    'A  =  "a"   # @param {type:"string"}',
    'if x:',
    '    B = 2 #@param {type:"integer"}',
    '# %%',
    'C = [1]# @param {type:"raw"}'
  );
  expect(
    parameters.map(({ name, cell, line, span }) => [name, cell, line, span])
  ).toEqual([
    ['A', 1, 2, [12, 15]],
    ['B', 1, 4, [57, 58]],
    ['C', 2, 1, [4, 7]]
  ]);
});

it('leaves alone what only looks like one', () => {
  const parameters = parametersOf(
    'a = "# @param {type:\\"string\\"}"',
    "b = '''",
    'A = 1  # @param {type:"integer"}',
    "'''",
    'c = f"{a} # @param"',
    '!echo "  # @param {type:"string"}',
    '# A = 1  # @param {type:"integer"}',
    'd = 1  # @parameter',
    'e = 1  # see @param'
  );
  expect(parameters).toEqual([]);
});

it('looks for none where the cell is not Python', () => {
  const parameters = parametersOf('%%bash', 'A=1  # @param {type:"string"}');
  expect(parameters).toEqual([]);
});

describe('types', () => {
  it.each([
    ['N = "a" # @param {type:"string"}', { type: 'string', default: 'a' }],
    ['N = "" # @param {"type":"string","placeholder":"x"}', { default: '' }],
    ["N = '2018-03-22' # @param {type:'date'}", { type: 'string' }],
    ['N = True # @param {type: "boolean"}', { type: 'boolean', default: true }],
    ['N = 1 # @param {type:"number"}', { type: 'number', default: 1 }],
    ['N = 1_0e-3 # @param {type:"number"}', { type: 'number', default: 0.01 }],
    ['N = -7 # @param {type:"integer"}', { type: 'integer', default: -7 }],
    ['N = "" # @param', { type: 'raw', default: '' }],
    ['N = None # @param {type:"raw"}', { type: 'raw', default: null }],
    [
      'N = 5 # @param {type:"slider", min:0, max:10, step:1}',
      { type: 'integer', default: 5, min: 0, max: 10, step: 1 }
    ],
    [
      'N = 0 # @param {type:"slider", min:-1, max:1, step:0.1}',
      { type: 'number', default: 0, min: -1, max: 1, step: 0.1 }
    ],
    [
      'N = 5. # @param {type:"slider", min:0, max:10}',
      { type: 'number', default: 5, min: 0, max: 10 }
    ],
    [
      'N = "b" # @param ["a", \'b\', "c\\"d"]',
      { type: 'string', default: 'b', choices: ['a', 'b', 'c"d'] }
    ],
    [
      'N = "x" # @param ["a"] {allow-input: true}',
      { type: 'string', default: 'x', choices: ['a'], allowInput: true }
    ],
    [
      'N = "x" # @param ["a"] {"allow-input":true}',
      { type: 'string', default: 'x', choices: ['a'], allowInput: true }
    ],
    [
      'N = False # @param ["False", "True"] {type:"raw"}',
      { type: 'raw', default: false, choices: [false, true] }
    ],
    [
      'N = 16 # @param ["8", "16"] {type:"integer"}',
      { type: 'integer', default: 16, choices: [8, 16] }
    ],
    [
      'N = 16 # @param [8, 16,]',
      { type: 'raw', default: 16, choices: [8, 16] }
    ],
    [
      'N = "a" # @param {type:"string"}  # noqa: E501',
      { type: 'string', default: 'a' }
    ]
  ])('reads %s', (line, expected) => {
    expect(declared(line)).toMatchObject(expected);
    expect(Object.values(declared(line))).not.toContain(undefined);
  });
});

describe('literals', () => {
  it.each([
    [`'it"s'`, `it"s`],
    [`"it's # @param {}"`, `it's # @param {}`],
    [`"a\\\\"`, 'a\\'],
    [`"\\"#\\""`, '"#"'],
    [`r"C:\\new"`, 'C:\\new'],
    [`R'\\''`, `\\'`],
    [`u"a"`, 'a'],
    [`"""a"b"""`, 'a"b'],
    [`'''a''b'''`, `a''b`],
    [`"a" 'b'`, 'ab'],
    [`"\\x41\\u0042\\U0001F600\\101\\n\\d\\0"`, 'AB\u{1F600}A\n\\d\0'],
    ['-0', 0],
    ['-0.0', -0],
    ['+1', 1],
    ['- 1', -1],
    ['0x_fF', 255],
    ['0o17', 15],
    ['0b1_0', 2],
    ['00', 0],
    ['1_000.5_0', 1000.5],
    ['.5', 0.5],
    ['5.', 5],
    ['01.5', 1.5],
    ['1E3', 1000],
    ['9007199254740991', 9007199254740991],
    ['1e300', 1e300],
    ['True', true],
    ['None', null],
    ['[]', []],
    ['()', []],
    ['(1)', 1],
    ['(1,)', [1]],
    ['[1, (2, "a"), None, ]', [1, [2, 'a'], null]],
    [
      `{"a": [True], 'b': {}, "__proto__": 1}`,
      JSON.parse('{"a":[true],"b":{},"__proto__":1}')
    ]
  ])('reads %s', (literal, value) => {
    const line = `N = ${literal}  # @param {type:"raw"}`;
    expect(declared(line).default).toEqual(value);
  });

  it.each([
    ...[
      '',
      'x',
      'f"{x}"',
      'b"a"',
      'rb"a"',
      '"a',
      "'a\\'",
      '"a" + "b"',
      '1 + 1'
    ],
    ...[
      '[1',
      '[1 2]',
      '[,]',
      '(,)',
      '{1: 2}',
      '{"a"}',
      '{"a", "b"}',
      '{"a": }'
    ],
    ...['1j', '1__0', '1_', '_1', '0x', '007', '--1', '1e', '.', '1.e', '1 .5'],
    ...[
      '-"a"',
      'true',
      'null',
      'nan',
      'float("nan")',
      '1e400',
      '9007199254740992'
    ],
    ...[
      '"\\N{DASH}"',
      '"\\x4"',
      '"\\u12"',
      '"\\U00110000"',
      '"a"; x = 1',
      '1 if x else 2'
    ],
    ...[
      '[x for x in "ab"]',
      'print()',
      '...',
      '= 1',
      '`1`',
      '*[1]',
      '[*[1]]',
      '0b12'
    ],
    '['.repeat(60) + ']'.repeat(60)
  ])('takes no %s', literal => {
    expect(() => parametersOf(`N = ${literal}  # @param {type:"raw"}`)).toThrow(
      SnippetError
    );
  });
});

describe('errors', () => {
  it.each([
    ['foo()  # @param {type:"raw"}', '@param'],
    ['x: int = 1  # @param {type:"raw"}', '@param'],
    ['a.b = 1  # @param {type:"raw"}', '@param'],
    ['A, B = 1, 2  # @param {type:"raw"}', '@param'],
    ['A += 1  # @param {type:"raw"}', '@param'],
    ['# @param {type:"raw"}', '@param'],
    ['N == 1  # @param {type:"raw"}', '@param'],
    ['f(\n  N = 1  # @param {type:"raw"}\n)', 'N', 5],
    ['N = [\n  1\n]  # @param {type:"raw"}', '@param', 6],
    ['N = 1  # @param {type:"int"}', 'N'],
    ['N = 1  # @param {type:1}', 'N'],
    ['N = 1  # @param {type:"raw"', 'N'],
    ['N = 1  # @param {type:"raw"} x', 'N'],
    ['N = 1  # @param {typ:"raw"}', 'N'],
    ['N = 1  # @param {type:"raw", type:"raw"}', 'N'],
    ['N = 1  # @param {type:raw}', 'N'],
    ['N = 1  # @param {type "raw"}', 'N'],
    ['N = 1  # @param type:"raw"', 'N'],
    ['N = 1  # @param []', 'N'],
    ['N = 1  # @param [1 2]', 'N'],
    ['N = 1  # @param [1', 'N'],
    ['N = 1  # @param [2, 3]', 'N'],
    ['N = 1  # @param [2, 3] {"allow-input": 1}', 'N'],
    ['N = "a"  # @param {type:"integer"}', 'N'],
    ['N = 1.0  # @param {type:"integer"}', 'N'],
    ['N = 1e3  # @param {type:"integer"}', 'N'],
    ['N = 1  # @param {type:"boolean"}', 'N'],
    ['N = None  # @param {type:"string"}', 'N'],
    ['N = 5  # @param {type:"slider", min:6, max:9}', 'N'],
    ['N = 5  # @param {type:"slider", min:1, max:4}', 'N'],
    ['N = 5  # @param {type:"slider", min:9, max:1}', 'N'],
    ['N = 5  # @param {type:"slider", min:"1"}', 'N'],
    ['N = 1  # @param ["1", "x"] {type:"integer"}', 'N'],
    ['N = 1  # @param ["1", "1.5"] {type:"integer"}', 'N'],
    ['N = "a"  # @param ["a", 1] {type:"string"}', 'N'],
    ['N = 1  # @param {type:"raw"}\nN = 2  # @param {type:"raw"}', 'N', 5],
    [
      'N = 1  # @param {type:"raw"}\n# %%\n\nN = 2  # @param {type:"raw"}',
      'N',
      7
    ]
  ])('reports field and line of %j', (body, field, line = 4) => {
    let error: unknown;
    try {
      parametersOf(body);
    } catch (reason) {
      error = reason;
    }
    expect(error).toBeInstanceOf(SnippetError);
    expect(error).toMatchObject({ snippetId: 'demo', field, line });
  });

  it('name the right ones', () => {
    expect(() => parametersOf('N = 1  # @param {type:"int"}')).toThrow(
      /"int".*integer/
    );
    expect(() => parametersOf('N = 1  # @param {typ:"raw"}')).toThrow(
      /"typ".*type/
    );
  });
});
