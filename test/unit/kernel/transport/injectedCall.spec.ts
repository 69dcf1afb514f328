import { execFileSync } from 'child_process';
import { existsSync } from 'fs';
import path from 'path';

import { injectedCall } from '../../../../src/kernel/transport/injectedCall';

const VENV = path.resolve(__dirname, '../../../../.venv/bin/python');
const PYTHON = existsSync(VENV) ? VENV : 'python3';

/** Evaluate an expression where the user rebound all that it could need. */
const DRIVER = `
import ast, json, sys
code = json.load(sys.stdin)
names = dict.fromkeys(
    "exec compile eval json sys source sources name function arguments namespace".split()
)
before = dict(names)
shown = eval(code, names)._repr_mimebundle_(include=None, exclude=None)
value = ast.literal_eval(shown["text/plain"])
del names["__builtins__"]
single = compile(code, "cell", "exec").co_names
print(json.dumps({"value": value, "clean": names == before, "names": list(single)}))
`;

function evaluate(expression: string): {
  value: unknown;
  clean: boolean;
  names: string[];
} {
  const output = execFileSync(PYTHON, ['-c', DRIVER], {
    input: JSON.stringify(expression),
    encoding: 'utf8'
  });
  return JSON.parse(output);
}

it('calls a function of carried files and binds no name', () => {
  const sources = [
    'from __future__ import annotations\nimport json\n\ndef helper(x: Unknown):\n    return x',
    'def give(*args):\n    """It\'s "quoted"."""\n    return [__name__, helper(args)]'
  ];
  const args = ['"\'\n\\', 1, -0.5, null, true, [{ key: '\u2028😀' }]];
  expect(evaluate(injectedCall(sources, 'give', args))).toEqual({
    value: ['runtime_kit_carried', args],
    clean: true,
    names: []
  });
});

it('takes a single file', () => {
  const expression = injectedCall('def one():\n    return 1', 'one', []);
  expect(evaluate(expression).value).toBe(1);
});

it('takes no argument that JSON cannot hold', () => {
  expect(() => injectedCall('', 'f', [NaN])).toThrow(TypeError);
  expect(() => injectedCall('', 'f', [undefined])).toThrow(TypeError);
});
