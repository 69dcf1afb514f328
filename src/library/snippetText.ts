import type { TranslationBundle } from '@jupyterlab/translation';

import type { ISnippet } from '../snippets';

/** As in scripts/i18n/extract-snippets.mjs. */
const CONTEXT = 'snippet';

/** What a cell says to people: its title, its texts, notes behind parameters. */
const SAID = /^(# @(?:title|markdown) |.*# @param .*[}\]] # )(\S.*)$/;

/** The title that a folded cell shows; one that writes a file has it in line 2. */
const FOLDED_TITLE = /^((?:%%.*\n)?# @title )(\S.*)/;

/**
 * A built-in snippet with its title and description, and what its cells say to
 * people, in the user's language.
 *
 * The texts stand in the snippet's own file, from where the script that
 * extracts messages takes them too. A user's snippet says what its user wrote; of
 * a folded cell people see the title only.
 */
export function inLanguage(
  snippet: ISnippet,
  trans: TranslationBundle
): ISnippet {
  if (!snippet.builtin) {
    return snippet;
  }
  // eslint-disable-next-line jupyter/no-dynamic-translation -- extracted from the files
  const say = (text: string): string => trans._p(CONTEXT, text);
  const cells = snippet.cells.map(cell => ({
    ...cell,
    source: cell.folded
      ? cell.source.replace(
          FOLDED_TITLE,
          (_, before: string, text: string) => before + say(text)
        )
      : cell.source.startsWith('%%')
        ? cell.source
        : translated(cell.source, say)
  }));
  return {
    ...snippet,
    title: say(snippet.title),
    description: say(snippet.description),
    cells,
    parameters: snippet.parameters.map(parameter => {
      const { cell, line, span } = parameter;
      const moved =
        lineStart(cells[cell].source, line) -
        lineStart(snippet.cells[cell].source, line);
      return { ...parameter, span: [span[0] + moved, span[1] + moved] };
    })
  };
}

function translated(source: string, say: (text: string) => string): string {
  return source
    .split('\n')
    .map(line => {
      const [, before, text] = SAID.exec(line) ?? [];
      return text ? before + say(text) : line;
    })
    .join('\n');
}

/** Where a line begins; 1-based. */
function lineStart(source: string, line: number): number {
  const above = source.split('\n').slice(0, line - 1);
  return above.reduce((length, text) => length + text.length + 1, 0);
}
