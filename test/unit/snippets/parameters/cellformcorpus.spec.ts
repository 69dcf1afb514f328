import { readFileSync } from 'fs';
import path from 'path';
import { parse } from 'yaml';

import {
  applyReplacements,
  formReplacements,
  ParameterValue,
  readCellForm
} from '../../../../src/snippets';
import type { ICellParameter } from '../../../../src/snippets';
import { parameterComments } from '../../../../src/snippets/parameters/paramcomments';

/** A cell in a shape that is seen in public notebooks, and what its form shows. */
interface ICase {
  cell: string;
  source: string;
  form: Record<string, unknown>[];
}

const FILE = '../../../fixtures/cellforms/corpus.yaml';
const CASES: ICase[] = parse(
  readFileSync(path.resolve(__dirname, FILE), 'utf8')
);

/** The form of a cell, as the corpus writes it down. */
function shown(source: string): Record<string, unknown>[] {
  const { title, items } = readCellForm(source);
  return [
    ...(title
      ? [
          {
            title: title.text,
            ...(title.hidesCode ? { hidesCode: true } : {}),
            ...(title.runsOnChange ? { runsOnChange: true } : {})
          }
        ]
      : []),
    ...items.map(item => {
      switch (item.kind) {
        case 'markdown':
          return { markdown: item.text };
        case 'skipped':
          return { fixed: item.skipped.name ?? null, why: item.skipped.why };
        case 'parameter':
          return field(source, item.parameter);
      }
    })
  ];
}

function field(source: string, parameter: ICellParameter) {
  const { name, type, code, value, line, isDate, misfit } = parameter;
  const { choices, allowInput, min, max, step, placeholder } = parameter;
  const all = {
    ...{
      field: name,
      type,
      misfit: misfit && true,
      isDate: isDate || undefined
    },
    ...(value === undefined ? { code } : { value }),
    ...{ choices, allowInput, min, max, step, placeholder },
    ...parameterComments(source, line, false)
  };
  return JSON.parse(JSON.stringify(all));
}

/** Another value that fits. */
function another({
  type,
  choices,
  value,
  code,
  max
}: ICellParameter): ParameterValue {
  const other = choices?.find(choice => choice !== (value ?? code));
  switch (type) {
    case 'boolean':
      return !value;
    case 'integer':
    case 'number':
      return (other ?? max ?? 8) as number;
    default:
      return (other as string) ?? (type === 'raw' ? '[1, "#"]' : '"; x #');
  }
}

describe('the corpus of cells', () => {
  it('is large, and its specifications are understood', () => {
    const lines = CASES.flatMap(({ form }) => form);
    const fields = lines.filter(({ field }) => field).length;
    const unclear = lines.filter(({ why }) => why === 'options').length;
    expect(CASES.length).toBeGreaterThanOrEqual(60);
    expect(new Set(CASES.map(({ cell }) => cell)).size).toBe(CASES.length);
    expect(fields / (fields + unclear)).toBeGreaterThanOrEqual(0.98);
  });

  it.each(CASES)('$cell', ({ source, form }) => {
    expect(shown(source)).toEqual(form);
  });

  it.each(CASES)('is edited in values only: $cell', ({ source }) => {
    const form = readCellForm(source);
    for (const parameter of form.parameters) {
      const values = new Map([[parameter.line, another(parameter)]]);
      const replacements = formReplacements(form, values);
      const [start, end] = parameter.span;
      expect(replacements).toEqual([{ start, end, text: expect.any(String) }]);
      const edited = applyReplacements(source, replacements);
      expect(edited.slice(0, start)).toBe(source.slice(0, start));
      expect(edited.endsWith(source.slice(end))).toBe(true);
      // The same form, with the one value, and back to the same bytes.
      const again = readCellForm(edited);
      expect(again.items.length).toBe(form.items.length);
      expect(again.title).toEqual(form.title);
      const back = again.parameters.find(
        ({ line }) => line === parameter.line
      )!;
      expect(back.code).toBe(replacements[0].text);
      const [from, to] = back.span;
      expect(
        applyReplacements(edited, [
          { start: from, end: to, text: parameter.code }
        ])
      ).toBe(source);
    }
  });
});
