import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './lib/paths.mjs';

const CATALOG = join(ROOT, 'runtime_kit', 'snippets', 'catalog.json');

/*
 * The front end's parser is the only one. It is loaded from its source, as
 * webpack loads it: Python files are text.
 */
const require = createRequire(import.meta.url);
require.extensions['.ts'] = (module, file) => {
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: {
      esModuleInterop: true,
      module: ts.ModuleKind.CommonJS,
      target: 'es2022'
    }
  });
  module._compile(outputText, file);
};
require.extensions['.py'] = (module, file) => {
  module.exports = { __esModule: true, default: readFileSync(file, 'utf8') };
};
require.extensions['.files'] = (module, list) => {
  module.exports = { __esModule: true, default: textsOf(list) };
};
const { textsOf } = require('./lib/text-files.cjs');
const { parseBuiltins } = require('../src/library/builtins.ts');
const { parseSnippet } = require('../src/snippets/format/parse.ts');

/** Python counts code points where JavaScript counts UTF-16 units. */
function forPython({ cells, parameters, ...snippet }) {
  const points = (cell, end) => [...cells[cell].source.slice(0, end)].length;
  return {
    ...snippet,
    cells,
    parameters: parameters.map(parameter => ({
      ...parameter,
      span: parameter.span.map(end => points(parameter.cell, end))
    }))
  };
}

/**
 * `node scripts/run.cjs snippets [FILE...]`: writes the built-in snippets, parsed, for
 * `runtime_kit.snippets`; or prints those of the files. A wrong one ends with what is wrong.
 */
export function main(files) {
  const parsed = files.length
    ? files.map(file =>
        parseSnippet(readFileSync(file, 'utf8'), {
          id: basename(file, '.py'),
          builtin: true
        })
      )
    : parseBuiltins();
  const text = JSON.stringify(parsed.map(forPython));
  if (files.length) {
    console.log(text);
  } else {
    writeFileSync(CATALOG, text);
  }
}
