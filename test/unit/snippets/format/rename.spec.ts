import { spawnSync } from 'child_process';
import { existsSync } from 'fs';
import path from 'path';

import { parseBuiltins } from '../../../../src/library/builtins';
import type { ISnippet } from '../../../../src/snippets';
import { renderSnippet } from '../../../../src/snippets';
import { isRenderingOf } from '../../../../src/snippets/format/rendering';
import {
  freeName,
  ownNames,
  renameCells,
  renamesIn,
  resultNames
} from '../../../../src/snippets/format/rename';
import { boundNames } from '../../../../src/snippets/parameters/boundnames';

/** Of each program: the names that its top level binds, and those it reads. */
const NAMES = `
import ast, json, symtable, sys
def names(code):
    table = symtable.symtable(code, "cell", "exec")
    bound = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    read = set()
    def walk(table):
        for s in table.get_symbols():
            if s.is_referenced() and (s.is_global() or table.get_type() == "module"):
                read.add(s.get_name())
        for child in table.get_children():
            walk(child)
    walk(table)
    for node in ast.walk(ast.parse(code)):  # "{name}" of a %%writefile line
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("WRITE "):
            read |= {n.id for n in ast.walk(ast.parse(node.value[6:])) if isinstance(n, ast.Name)}
    return [sorted(bound), sorted(read)]
print(json.dumps([names(code) for code in json.load(sys.stdin)]))
`;

function program(cells: readonly { source: string }[]): string {
  return cells
    .map(({ source }) =>
      source.startsWith('%%')
        ? JSON.stringify(`WRITE ${/\{(.*)\}/.exec(source.split('\n')[0])![1]}`)
        : source
    )
    .join('\n');
}

function namesOf(programs: readonly string[]): [string[], string[]][] {
  const own = path.resolve(__dirname, '../../../../.venv/bin/python');
  const { stdout } = spawnSync(
    existsSync(own) ? own : 'python3',
    ['-c', NAMES],
    { input: JSON.stringify(programs), encoding: 'utf8' }
  );
  return JSON.parse(stdout);
}

const CASES = parseBuiltins().flatMap(snippet =>
  ownNames(snippet).map(name => ({ snippet, name }))
);

function cellsOf(snippet: ISnippet) {
  return renderSnippet(snippet, {});
}

describe("names of a snippet's that are given others", () => {
  it('are all that it assigns, parameters included; imports stay', () => {
    const of = (id: string, form: string) =>
      parseBuiltins().find(s => s.id === id && s.form === form)!;
    expect(ownNames(of('checkpoint-resume', 'standalone'))).toEqual([
      ...['Run', 'run', 'RUN', 'RUN_FOLDER', 'MODEL', 'OPTIMIZER'],
      ...['SCHEDULER', 'SCALER', 'LOADER']
    ]);
    expect(resultNames(of('checkpoint-resume', 'standalone'))).toEqual(['run']);
    expect(ownNames(of('checkpoint-resume', 'library'))).toContain('run');
    expect(ownNames(of('checkpoint-resume', 'library'))).not.toContain('Run');
    expect(ownNames(of('drive-mount', 'standalone'))).toEqual([
      ...['mount_drive', 'DRIVE', 'MOUNT_POINT', 'DRIVE_FOLDER'],
      ...['READ_ONLY', 'RCLONE_REMOTE']
    ]);
    expect(resultNames(of('drive-mount', 'standalone'))).toEqual([]);
    expect(resultNames(of('drive-folders', 'standalone'))).toEqual([
      'COLAB',
      'DATASET'
    ]);
    expect(ownNames(of('imports', 'standalone'))).not.toContain('np');
  });

  it('change in all cells, nowhere else, and back', () => {
    const renamed = CASES.map(({ snippet, name }) =>
      renameCells(cellsOf(snippet), new Map([[name, `${name}_2`]]))
    );
    const before = namesOf(
      CASES.map(({ snippet }) => program(cellsOf(snippet)))
    );
    const after = namesOf(renamed.map(program));
    CASES.forEach(({ snippet, name }, i) => {
      const other = (names: string[]) =>
        names.map(each => (each === name ? `${name}_2` : each)).sort();
      expect([snippet.id, name, after[i]]).toEqual([
        snippet.id,
        name,
        before[i].map(other)
      ]);
      const code = renamed[i].map(({ source }) => source).join('\n');
      expect(renamesIn(snippet, code)).toEqual(new Map([[name, `${name}_2`]]));
      for (const { source } of renamed[i]) {
        expect(isRenderingOf(snippet, source)).toBe(true);
      }
    });
    expect(CASES.length).toBeGreaterThan(100);
  });

  it('change in expressions of f-strings and in messages, not in data', () => {
    const source = [
      'NAME = "NAME"  # @param {type:"string"}',
      'print(f"{NAME}/{ {\'NAME\': NAME}!r} {{NAME}}", "set NAME to a folder")',
      'table = {"NAME": NAME, "key": f(NAME=NAME).NAME}',
      '!pip install {NAME} $NAME "$NAME {NAME} NAME"  # NAME'
    ].join('\n');
    const cells = [{ cellType: 'code' as const, source }];
    const [{ source: after }] = renameCells(
      cells,
      new Map([['NAME', 'NAME_2']])
    );
    expect(after.split('\n')).toEqual([
      'NAME_2 = "NAME"  # @param {type:"string"}',
      'print(f"{NAME_2}/{ {\'NAME\': NAME_2}!r} {{NAME}}", "set NAME_2 to a folder")',
      'table = {"NAME": NAME_2, "key": f(NAME=NAME_2).NAME}',
      '!pip install {NAME_2} $NAME_2 "$NAME_2 {NAME_2} NAME"  # NAME_2'
    ]);
  });

  it('change in what a text shows of them too', () => {
    const snippet = parseBuiltins().find(s => s.id === 'checkpoint-resume')!;
    const [, cell] = renameCells(cellsOf(snippet), new Map([['run', 'run_3']]));
    expect(cell.source).toContain('for epoch in run_3.epochs(20):');
    expect(cell.source).toContain('run all cells again');
    expect(cell.source).toContain('RUN = "run"');
  });

  it('are no renames where a value looks like one', () => {
    const snippet = parseBuiltins().find(s => s.id === 'checkpoint-resume')!;
    const cells = renderSnippet(snippet, { RUN: 'run_2' });
    const code = cells.map(({ source }) => source).join('\n');
    expect(renamesIn(snippet, code).size).toBe(0);
  });

  it('are free ones', () => {
    expect(freeName('run', new Set(['run', 'run_2']))).toBe('run_3');
  });
});

describe('the names that a cell binds', () => {
  it.each([
    ['run = wandb.init()', ['run']],
    ['a, *b = 1, 2', ['a', 'b']],
    ['x: int = 3\ny += 1\nz == 2\nf(k=1)', ['x', 'y']],
    ['for i, row in rows:\n    total = i', ['i', 'row', 'total']],
    ['with open(p) as file, b as c: pass', ['file', 'c']],
    [
      'import numpy as np, os.path\nfrom a import b as c, d',
      ['np', 'os', 'c', 'd']
    ],
    ['from runtime_kit import Run', []],
    ['def run(x):\n    y = x\n    return y\nz = 1', ['run', 'z']],
    ['class Run:\n    name = 1', ['Run']],
    ['text = """\nrun = 1\n"""', ['text']],
    ['# run = 1\nd["run"] = 1\no.run = 2', []],
    ['%%bash\nrun=1', []],
    ['%%time\nrun = 1', ['run']]
  ])('%j', (source, names) => {
    expect([...boundNames(source)]).toEqual(names);
  });
});
