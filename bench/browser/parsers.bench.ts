import { test } from '@playwright/test';

import { cellHead, headingOf } from '../../src/panel/resume/cellList';
import { parseSnippet } from '../../src/snippets/format/parse';
import { writeSnippet } from '../../src/snippets/format/write';
import { readCellForm } from '../../src/snippets/parameters/cellform';
import { mayHoldForm } from '../../src/snippets/parameters/parammark';
import { median, report, round } from './report';

const SIZE = 1_000_000;
const ROUNDS = 5;

/** Cells of 1 MB: code, one line of data, a form with text, white space. */
const CELLS: Record<string, string> = {
  code: '    loss = criterion(model(x), y)  # as in the paper\n',
  'one line': '0.25, ',
  'long string': 'text of a string "',
  comments: '# @markdown **Choose** one.\n',
  blanks: ' \n',
  'one line of blanks': ' '
};

const PARSERS: Record<string, (text: string) => unknown> = {
  mayHoldForm,
  readCellForm,
  cellHead: text => cellHead(text),
  headingOf,
  parseSnippet: text =>
    parseSnippet(`# ---\n# id: a\n# title: A\n# ---\n# %%\n${text}`, {
      id: 'a',
      builtin: false
    }),
  writeSnippet: text =>
    writeSnippet({ id: 'a', title: 'A', languages: [] }, [
      { cellType: 'code', source: text }
    ])
};

test('parsers of a cell of 1 MB', () => {
  for (const [name, parse] of Object.entries(PARSERS)) {
    const times = Object.entries(CELLS).map(([kind, unit]) => {
      const text = unit.repeat(Math.ceil(SIZE / unit.length));
      const rounds = Array.from({ length: ROUNDS }, () => timeOf(parse, text));
      return { kind, ms: median(rounds) };
    });
    const slowest = times.reduce((a, b) => (a.ms >= b.ms ? a : b));
    report({
      name: `${name}, cell of 1 MB`,
      'ms, slowest kind of text': round(slowest.ms),
      text: slowest.kind,
      target: '<= 50'
    });
  }
});

function timeOf(parse: (text: string) => unknown, text: string): number {
  const begin = performance.now();
  try {
    parse(text);
  } catch {
    // No snippet: found out in that time.
  }
  return performance.now() - begin;
}
