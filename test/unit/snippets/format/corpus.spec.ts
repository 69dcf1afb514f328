import { readdirSync, readFileSync } from 'fs';
import path from 'path';

import {
  ISnippet,
  ParameterError,
  parseSnippet,
  renderSnippet,
  SnippetError
} from '../../../../src/snippets';

/*
 * The Python library reads the same files: test/kernel/test_snippet_library.py.
 */
const FOLDER = path.resolve(__dirname, '../../../fixtures/snippets');
const NAMES = readdirSync(FOLDER)
  .filter(name => name.endsWith('.py'))
  .map(name => name.slice(0, -'.py'.length));

function read(file: string): string {
  return readFileSync(path.join(FOLDER, file), 'utf8');
}

function parse(id: string): ISnippet {
  return parseSnippet(read(`${id}.py`), { id, builtin: true });
}

/** What an expectation says of a snippet. */
function visible({ id, form, builtin, ...snippet }: ISnippet): unknown {
  return JSON.parse(
    JSON.stringify({
      ...snippet,
      parameters: snippet.parameters.map(({ span, ...rest }) => rest)
    })
  );
}

it.each(NAMES)('%s is read as expected', name => {
  const expected = JSON.parse(read(`${name}.json`));
  if (expected.error) {
    let error: unknown;
    try {
      parse(name);
    } catch (reason) {
      error = reason;
    }
    expect(error).toBeInstanceOf(SnippetError);
    expect(error).toMatchObject({ snippetId: name, ...expected.error });
    return;
  }
  if (typeof expected.snippet.cells === 'string') {
    const source = read(`${name}.py`).split('# %%\n')[1].trimEnd();
    expected.snippet.cells = [{ cellType: 'code', source }];
  }
  const snippet = parse(name);
  expect(visible(snippet)).toEqual(expected.snippet);
  for (const { name, cell, span } of snippet.parameters) {
    const before = snippet.cells[cell].source.slice(0, span[0]);
    expect(before).toMatch(new RegExp(`(^|\n) *${name} = $`));
  }
  for (const { values, notes, sources, error } of expected.rendered ?? []) {
    const render = (): string[] =>
      renderSnippet(snippet, values, { notes }).map(({ source }) => source);
    if (error) {
      expect(render).toThrow(ParameterError);
      expect(render).toThrow(expect.objectContaining({ parameter: error }));
    } else {
      expect(render()).toEqual(sources);
    }
  }
});
