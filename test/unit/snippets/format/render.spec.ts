import {
  checkParameter,
  IParameter,
  ParameterError,
  parseSnippet,
  renderSnippet,
  toPythonLiteral
} from '../../../../src/snippets';

const TEXT = `# ---
# title: Demo
# ---
# %% [markdown]
# LR = 1  # @param {type:"raw"}
# %%
LR = 1e-3  # @param {type:"number"}
if LR:\t
    NAME = 'it\\'s'  # @param {type:"string"}  # noqa
print(LR, NAME)
# %%
SIZES = (1, 2)  # @param {type:"raw"}
`;
const SNIPPET = parseSnippet(TEXT, { id: 'demo', builtin: true });

function render(
  values: Record<string, unknown>,
  notes?: Record<string, string>
): string[] {
  return renderSnippet(SNIPPET, values, { notes }).map(({ source }) => source);
}

describe('renderSnippet', () => {
  it('changes nothing where nothing is given', () => {
    expect(renderSnippet(SNIPPET, {})).toEqual(SNIPPET.cells);
  });

  it('changes the right-hand sides only', () => {
    expect(render({ LR: 2, NAME: 'a "b"\n', SIZES: [3, null] })).toEqual([
      'LR = 1  # @param {type:"raw"}',
      'LR = 2  # @param {type:"number"}\n' +
        'if LR:\t\n' +
        '    NAME = "a \\"b\\"\\n"  # @param {type:"string"}  # noqa\n' +
        'print(LR, NAME)',
      'SIZES = [3, None]  # @param {type:"raw"}'
    ]);
  });

  it('keeps the spelling of a default', () => {
    expect(render({ LR: 0.001, NAME: "it's", SIZES: [1, 2] })).toEqual(
      render({})
    );
    expect(render({ NAME: undefined })).toEqual(render({}));
  });

  it('keeps what replacement patterns would change', () => {
    expect(render({ NAME: "$& $' $1 \\1" })[1]).toContain(
      `NAME = "$& $' $1 \\\\1"  # @param`
    );
  });

  it('puts notes under their parameters', () => {
    const notes = { LR: 'also: a,\nb', NAME: ' \u2028', SIZES: 'x' };
    expect(render({ LR: 2 }, notes)[1].split('\n').slice(0, 3)).toEqual([
      'LR = 2  # @param {type:"number"}',
      '# LR: also: a, b',
      'if LR:\t'
    ]);
    expect(render({}, { NAME: 'in' })[1]).toContain(
      '# noqa\n    # NAME: in\nprint'
    );
    expect(render({}, { SIZES: 'x' })[2]).toMatch(/\n# SIZES: x$/);
  });

  it('takes no name that the snippet does not have', () => {
    const unknown =
      /lr: snippet "demo" has no such parameter; available: LR, NAME, SIZES/;
    expect(() => render({ lr: 1 })).toThrow(unknown);
    expect(() => render({}, { lr: 'x' })).toThrow(unknown);
    expect(() => render(JSON.parse('{"__proto__": 1}'))).toThrow(
      ParameterError
    );
  });

  it('takes no value that does not fit', () => {
    expect(() => render({ LR: '2; import os' })).toThrow(
      'LR: must be a finite number, not "2; import os"'
    );
  });
});

describe('checkParameter', () => {
  const parameter = (rules: Partial<IParameter>) =>
    ({ name: 'N', type: 'raw', ...rules }) as IParameter;

  it.each<[Partial<IParameter>, unknown]>([
    [{ type: 'string' }, 'x'],
    [{ type: 'string', choices: ['a'], allowInput: true }, 'x'],
    [{ type: 'boolean' }, false],
    [{ type: 'number', min: 0, max: 1 }, 0.5],
    [{ type: 'integer', min: 1 }, 1],
    [{ type: 'integer' }, Number.MAX_SAFE_INTEGER],
    [{ choices: [[1, { a: null }]] }, [1, { a: null }]],
    [{}, { a: [null, 'x', true, 1e300] }]
  ])('takes for %j: %j', (rules, value) => {
    expect(checkParameter(parameter(rules), value)).toEqual(value);
  });

  it.each<[Partial<IParameter>, unknown, string]>([
    [{ type: 'string' }, 1, 'N: must be a string, not 1'],
    [{ type: 'string' }, null, 'N: must be a string, not None'],
    [{ type: 'string', choices: ['a', 'b'] }, 'c', 'must be one of "a", "b"'],
    [{ type: 'boolean' }, 'true', 'N: must be true or false, not "true"'],
    [{ type: 'number' }, NaN, 'N: must be a finite number, not NaN'],
    [{ type: 'number' }, Infinity, 'must be a finite number, not Infinity'],
    [{ type: 'number' }, '1', 'must be a finite number'],
    [{ type: 'number', min: 0 }, -0.1, 'must be at least 0, not -0.1'],
    [{ type: 'number', max: 1 }, 1.1, 'must be at most 1, not 1.1'],
    [{ type: 'integer' }, 1.5, 'a whole number'],
    [{ type: 'integer' }, 2 ** 53, 'a whole number'],
    [{}, [NaN], 'write as a literal'],
    [{}, undefined, 'write as a literal'],
    [{}, () => 1, 'write as a literal'],
    [{}, [Symbol('s')], 'write as a literal'],
    [{}, new Date(0), 'write as a literal'],
    [{}, [undefined], 'write as a literal'],
    [{}, 10n, 'write as a literal']
  ])('takes for %j no %p', (rules, value, message) => {
    expect(() => checkParameter(parameter(rules), value)).toThrow(
      expect.objectContaining({
        parameter: 'N',
        value,
        message: expect.stringContaining(message)
      })
    );
  });

  it('does not hang on a value that holds itself', () => {
    const value: unknown[] = [];
    value.push(value);
    expect(() => checkParameter(parameter({}), value)).toThrow(ParameterError);
  });

  it('gives an integer no sign that Python drops', () => {
    expect(checkParameter(parameter({ type: 'integer' }), -0)).toBe(0);
  });
});

describe('toPythonLiteral', () => {
  it.each<[unknown, string]>([
    ['', '""'],
    ['é😀', '"é😀"'],
    ['\0\u2028\ud800\u{e0001}', '"\\x00\\u2028\\ud800\\U000e0001"'],
    [null, 'None'],
    [-0, '-0.0'],
    [1e20, '100000000000000000000.0'],
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
    [[true, false], '[True, False]'],
    [{ "it's": { a: [] } }, `{"it's": {"a": []}}`],
    [Object.create(null), '{}']
  ])('writes %p', (value, literal) => {
    expect(toPythonLiteral(value)).toBe(literal);
  });
});
