import { cellHead, headingOf } from '../../../src/panel/resume/cellList';
import { resumePlan } from '../../../src/panel/resume/resumePlan';
import { parseSnippet } from '../../../src/snippets/format/parse';
import { writeSnippet } from '../../../src/snippets/format/write';
import { readCellForm } from '../../../src/snippets/parameters/cellform';
import {
  plainTitle,
  readFormTitle
} from '../../../src/snippets/parameters/formcomments';
import { MAGIC } from '../../../src/insert/magicListener';
import { NO_NAMES } from '../panel/fakes';

/*
 * Texts of somebody else's are read when a notebook is opened or a cell is run:
 * no text may take a time that grows with its square. No time is measured, as
 * machines differ; a square of these lengths would take minutes, and the limit
 * of a test ends it.
 */
const LENGTH = 300_000;

const UNITS = [
  ' ',
  '\n',
  ' \n',
  '\t',
  '\r',
  '#',
  '# ',
  '# @param ',
  '# @markdown x\n',
  '# @title {}\n',
  '#\n',
  '"',
  "'",
  '\\',
  '"\\',
  '{',
  '[',
  '(',
  '1',
  '1.',
  '-',
  '%',
  '!',
  'a ',
  'a=',
  'a;',
  ' ;',
  '<',
  '*',
  '**',
  '`',
  '_',
  '\u2028',
  ', '
];
const WRAPS: [string, string][] = [
  ['', ''],
  ['x', 'x'],
  ['# ', 'x'],
  ['#', 'x'],
  ['A = 1', '# @param'],
  ['A = 1  # @param ', 'x'],
  ['A = 1  # @param {', 'x'],
  ['A = "', '"  # @param {type:"string"}'],
  ['# @title ', 'x'],
  ['import (', ''],
  ['%', 'x'],
  ['!pip', 'install'],
  ['"""', '"""']
];

const READERS: Record<string, (text: string) => unknown> = {
  readCellForm,
  readFormTitle,
  plainTitle,
  cellHead: text => cellHead(text),
  headingOf,
  magic: text => MAGIC.test(text),
  resumePlan: text =>
    resumePlan(
      [
        { id: 'a', snippet: null, source: text, names: NO_NAMES },
        {
          id: 'b',
          snippet: null,
          source: '',
          names: { ...NO_NAMES, runs: ['r'], trains: ['run'], binds: ['run'] }
        }
      ],
      'r'
    ),
  parseSnippet: text =>
    parseSnippet(`# ---\n# id: a\n# title: A\n# ---\n# %%\n${text}`, {
      id: 'a',
      builtin: false
    }),
  writeSnippet: text =>
    writeSnippet({ id: 'a', title: 'A', languages: [] }, [
      { cellType: 'code', source: text } as never
    ])
};

describe.each(Object.keys(READERS))('%s', name => {
  const sizes = name === 'writeSnippet' || name === 'parseSnippet' ? 8 : 1;
  test.each(UNITS.map(unit => [JSON.stringify(unit), unit]))(
    'of %s',
    (_, unit) => {
      for (const [before, after] of WRAPS) {
        const count = Math.ceil(LENGTH / sizes / unit.length);
        try {
          READERS[name](`${before}${unit.repeat(count)}${after}`);
        } catch (error) {
          // It is no text of that kind: that was found out in time.
          expect(error).toBeInstanceOf(Error);
        }
      }
    },
    20_000
  );
});
