import { YNotebook } from '@jupyter/ydoc';
import type { Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { nullTranslator } from '@jupyterlab/translation';

import {
  changedLines,
  formOf,
  planForm,
  planUpdates
} from '../../../src/insert/rewriteSnippets';
import { createLibrary } from '../../../src/library/builtins';
import { inLanguage } from '../../../src/library/snippetText';
import { insertCells, snippetCells } from '../../../src/notebook/insert';
import { isEngine } from '../../../src/notebook/metadata';
import {
  replaceGroups,
  snippetGroups
} from '../../../src/notebook/snippetGroups';
import type { ISnippetCell } from '../../../src/snippets';
import { DOMAIN } from '../../../src/ui/translation';

const LIBRARY = createLibrary();

/** What these functions see of a notebook: its shared model behind widgets. */
function notebookOf(shared: YNotebook): Notebook {
  return {
    get widgets() {
      return shared.cells.map(cell => ({
        model: {
          id: cell.getId(),
          type: cell.cell_type,
          getMetadata: (key: string) => cell.getMetadata(key),
          sharedModel: cell
        }
      }));
    },
    model: { sharedModel: shared },
    activeCellIndex: 0,
    deselectAll: () => undefined
  } as unknown as Notebook;
}

function open(): { shared: YNotebook; notebook: Notebook } {
  const shared = YNotebook.create({ data: { cells: [] } as any });
  return { shared, notebook: notebookOf(shared) };
}

function put(
  shared: YNotebook,
  id: string,
  form: 'standalone' | 'library',
  values: Record<string, unknown> = {},
  version?: number
): void {
  const snippet = LIBRARY.get(id, form)!;
  shared.insertCells(
    shared.cells.length,
    snippetCells(LIBRARY.render(snippet, values), {
      snippet: id,
      version: version ?? snippet.version,
      parameters: values
    })
  );
}

const sources = (shared: YNotebook): string[] =>
  shared.cells.map(cell => cell.getSource());

it('values of renamed parameters are kept, under their names', () => {
  const { shared, notebook } = open();
  const snippet = LIBRARY.get('checkpoint-resume', 'library')!;
  const renames = new Map([['RUN', 'RUN_2']]);
  const values = { RUN: 'digits', MODEL: 'net' };
  shared.insertCells(
    0,
    snippetCells(LIBRARY.render(snippet, values, { renames }), {
      snippet: snippet.id,
      version: snippet.version,
      parameters: values
    })
  );
  replaceGroups(notebook, planForm(notebook, LIBRARY, 'standalone'));
  const cell = sources(shared)[1];
  expect(cell).toContain('RUN_2 = "digits"');
  expect(cell).toContain('MODEL = net');
  expect(cell).toContain('run = Run(RUN_2, RUN_FOLDER)');
  const metadata = shared.cells[1].getMetadata('runtime_kit');
  expect(metadata).toMatchObject({ parameters: values });
});

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(() => jest.restoreAllMocks());

it('an engine is folded for JupyterLab and for Colab', () => {
  const { shared } = open();
  put(shared, 'drive-mount', 'standalone');
  const [engine, form] = shared.cells.map(cell => cell.getMetadata());
  expect(engine).toMatchObject({
    cellView: 'form',
    jupyter: { source_hidden: true },
    runtime_kit: { snippet: 'drive-mount' }
  });
  expect(form).not.toHaveProperty('cellView');
  expect(form).not.toHaveProperty('jupyter');
});

it('takes the cells of one insertion together', () => {
  const { shared, notebook } = open();
  put(shared, 'gpu-check', 'standalone');
  put(shared, 'gpu-check', 'standalone');
  shared.insertCell(shared.cells.length, {
    cell_type: 'code',
    source: 'x = 1'
  });
  put(shared, 'drive-mount', 'standalone');
  put(shared, 'drive-mount', 'library');
  const groups = snippetGroups(notebook);
  expect(groups.map(({ start, cells }) => [start, cells.length])).toEqual([
    [0, 3],
    [3, 3],
    [7, 2],
    [9, 2]
  ]);
  expect(groups.map(formOf)).toEqual([
    'standalone',
    'standalone',
    'standalone',
    'library'
  ]);
});

it('knows engines by their mark, in any language, and old ones by their title', () => {
  const { shared, notebook } = open();
  const say = (_: string, text: string): string => `«${text.length}» 가나다`;
  const trans = { ...nullTranslator.load(DOMAIN), _p: say };
  const putTranslated = (id: string): void => {
    const snippet = inLanguage(
      LIBRARY.get(id, 'standalone')!,
      trans as TranslationBundle
    );
    const metadata = { snippet: id, version: 1, parameters: {} };
    const at = shared.cells.length;
    shared.insertCells(at, snippetCells(snippet.cells, metadata));
  };
  putTranslated('gpu-check');
  putTranslated('gpu-check');
  // Scripts that are folded behind the visible cell belong to it.
  putTranslated('torchrun');
  const old = shared.cells.length;
  put(shared, 'gpu-check', 'standalone');
  put(shared, 'gpu-check', 'standalone');
  for (const cell of shared.cells.slice(old)) {
    const kit = cell.getMetadata('runtime_kit') as any;
    cell.setMetadata('runtime_kit', { ...kit, engine: undefined });
  }
  expect(
    snippetGroups(notebook).map(({ cells }) => cells.map(isEngine))
  ).toEqual([
    [true, true, false],
    [true, true, false],
    [true, false, false, false, false, false],
    [true, true, false],
    [true, true, false]
  ]);
  // A title that its user changed changes nothing.
  shared.cells[0].setSource('# @title Mine\n' + shared.cells[0].getSource());
  expect(snippetGroups(notebook)).toHaveLength(5);
});

it('brings old cells to the current version with the values they have', () => {
  const { shared, notebook } = open();
  const old: ISnippetCell[] = [
    { cellType: 'markdown', source: '**Checkpoint & resume**: run these' },
    {
      cellType: 'code',
      source:
        'RUN = "digits"  # @param {type:"string"}\n' +
        'MODEL = "net"  # @param {type:"string"}\n' +
        'SCHEDULER = ""  # @param {type:"string"}\nimport torch'
    },
    { cellType: 'code', source: 'class Run: pass' }
  ];
  shared.insertCells(
    0,
    snippetCells(old, {
      snippet: 'checkpoint-resume',
      version: 1,
      parameters: { RUN: 'run', OPTIMIZER: 'adam', GONE: 1 }
    })
  );
  shared.insertCell(3, { cell_type: 'code', source: 'mine' });
  const before = sources(shared);
  const [rewrite] = planUpdates(notebook, LIBRARY);
  expect(changedLines(rewrite).removed).toContain('class Run: pass');
  replaceGroups(notebook, [rewrite]);
  const after = sources(shared);
  expect(after).toHaveLength(3);
  expect(after[2]).toBe('mine');
  expect(after[1]).toContain('RUN = "digits"  # @param');
  expect(after[1]).toContain('MODEL = net  # @param');
  expect(after[1]).toContain('OPTIMIZER = adam  # @param');
  expect(after[1]).toContain('SCHEDULER = None  # @param');
  expect(planUpdates(notebook, LIBRARY)).toEqual([]);
  shared.undo();
  expect(sources(shared)).toEqual(before);
});

it('turns library cells into standalone ones and back', () => {
  const { shared, notebook } = open();
  put(shared, 'drive-mount', 'library', { DRIVE_FOLDER: 'a "b"' });
  put(shared, 'checkpoint-resume', 'library', { RUN: 'x', MODEL: 'a.net' });
  put(shared, 'gpu-check', 'standalone');
  const before = sources(shared);
  replaceGroups(notebook, planForm(notebook, LIBRARY, 'standalone'));
  const portable = sources(shared).join('\n');
  expect(portable).not.toMatch(/^\s*(from|import) runtime_kit\b/m);
  expect(portable).toContain('DRIVE_FOLDER = "a \\"b\\""  # @param');
  expect(portable).toContain('MODEL = a.net  # @param');
  expect(planForm(notebook, LIBRARY, 'standalone')).toEqual([]);
  replaceGroups(notebook, planForm(notebook, LIBRARY, 'library'));
  expect(sources(shared)).toEqual(before);
});

it('keeps the names that an insertion was given', () => {
  const { shared, notebook } = open();
  const snippet = LIBRARY.get('checkpoint-resume', 'standalone')!;
  const renames = new Map([['run', 'run_2']]);
  const metadata = { snippet: snippet.id, version: 1, parameters: {} };
  const cells = LIBRARY.render(snippet, { RUN: 'run_9' }, { renames });
  shared.insertCells(0, snippetCells(cells, metadata));
  const before = sources(shared);
  replaceGroups(notebook, planUpdates(notebook, LIBRARY));
  expect(sources(shared)).toEqual(before);
  replaceGroups(notebook, planForm(notebook, LIBRARY, 'library'));
  expect(sources(shared).join('\n')).toMatch(/^run_2 = Run\(/m);
  replaceGroups(notebook, planForm(notebook, LIBRARY, 'standalone'));
  expect(sources(shared)).toEqual(before);
});

it.each([
  ['', 2],
  [' \n', 2],
  ['x = 1', 3]
])('uses the empty cell of a new notebook: %j', (source, count) => {
  const { shared, notebook } = open();
  shared.insertCell(0, { cell_type: 'code', source });
  const snippet = LIBRARY.get('drive-mount')!;
  insertCells(notebook, snippet.cells, {
    metadata: { snippet: 'drive-mount', version: 2, parameters: {} },
    position: 'below',
    activate: false
  });
  expect(shared.cells).toHaveLength(count);
});
