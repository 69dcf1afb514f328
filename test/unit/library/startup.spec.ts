import { existsSync, readFileSync } from 'fs';
import path from 'path';
import ts from 'typescript';

const SRC = path.resolve(__dirname, '../../../src');

/** The modules that a file needs when it is loaded: no types, no `import()`. */
function staticImports(file: string): string[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest
  );
  return source.statements.flatMap(statement => {
    if (ts.isImportDeclaration(statement)) {
      const clause = statement.importClause;
      const names = clause?.namedBindings;
      const onlyTypes =
        clause?.isTypeOnly ||
        (clause &&
          !clause.name &&
          names !== undefined &&
          ts.isNamedImports(names) &&
          names.elements.every(({ isTypeOnly }) => isTypeOnly));
      return onlyTypes ? [] : [specifier(statement)];
    }
    return ts.isExportDeclaration(statement) && !statement.isTypeOnly
      ? [specifier(statement)]
      : [];
  });
}

function specifier(
  statement: ts.ImportDeclaration | ts.ExportDeclaration
): string {
  const { moduleSpecifier } = statement;
  return moduleSpecifier ? (moduleSpecifier as ts.StringLiteral).text : '';
}

/** The file itself, and how each file and package was reached from it. */
function reachable(start: string): Map<string, string> {
  const reached = new Map([[start, '']]);
  for (const [file] of reached) {
    if (!existsSync(file) || !/\.tsx?$/.test(file)) {
      continue;
    }
    for (const name of staticImports(file)) {
      const target = name.startsWith('.') ? resolve(file, name) : name;
      if (!reached.has(target)) {
        reached.set(target, file);
      }
    }
  }
  return reached;
}

function resolve(from: string, name: string): string {
  const base = path.resolve(path.dirname(from), name);
  const candidates = ['', '.ts', '.tsx', '/index.ts'].map(end => base + end);
  return (
    candidates.find(file => /\.\w+$/.test(file) && existsSync(file)) ?? base
  );
}

it('finds the parser behind the index of the snippets', () => {
  const reached = reachable(path.join(SRC, 'snippets/index.ts'));
  expect(reached.has('yaml')).toBe(true);
});

it('the start-up loads neither the YAML reader nor the built-in texts', () => {
  const reached = reachable(path.join(SRC, 'index.ts'));
  expect(reached.get('yaml')).toBeUndefined();
  expect(
    [...reached.keys()].filter(file => file.includes('/snippets/'))
  ).toEqual(
    expect.not.arrayContaining([
      expect.stringContaining('runtime_kit/snippets/')
    ])
  );
  expect(reached.has(path.join(SRC, 'library/load.ts'))).toBe(true);
});
