import { YNotebook } from '@jupyter/ydoc';
import * as Y from 'yjs';

import { newCellMetadata } from '../../../src/notebook/metadata';
import { asOneUndoStep } from '../../../src/notebook/undo';

const KIT = { snippet: 'gpu-check', version: 1, parameters: {} };

function insert(notebook: YNotebook, index: number): void {
  asOneUndoStep(notebook, () => {
    notebook.insertCells(index, [
      { cell_type: 'markdown', source: 'words' },
      {
        cell_type: 'code',
        source: 'code',
        metadata: newCellMetadata(KIT, { cellType: 'code' })
      }
    ]);
  });
}

const sources = (notebook: YNotebook): string[] =>
  notebook.cells.map(cell => cell.getSource());

describe('asOneUndoStep', () => {
  // The shared model fills a cell before it joins the document; Yjs warns of it.
  beforeEach(() => {
    jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  });
  afterEach(() => jest.restoreAllMocks());

  it('keeps edits apart that are close in time', () => {
    const notebook = YNotebook.create({ data: { cells: [] } as any });
    notebook.insertCell(0, { cell_type: 'code', source: 'mine' });
    insert(notebook, 1);
    notebook.insertCell(3, { cell_type: 'code', source: 'mine too' });

    notebook.undo();
    expect(sources(notebook)).toEqual(['mine', 'words', 'code']);
    notebook.undo();
    expect(sources(notebook)).toEqual(['mine']);
    notebook.redo();
    expect(sources(notebook)).toEqual(['mine', 'words', 'code']);
  });

  it('without it, one undo would take the edit before too', () => {
    const notebook = YNotebook.create({ data: { cells: [] } as any });
    notebook.insertCell(0, { cell_type: 'code', source: 'mine' });
    notebook.insertCell(1, { cell_type: 'code', source: 'inserted' });
    notebook.undo();
    expect(sources(notebook)).toEqual([]);
  });

  it('leaves what somebody else edits alone', () => {
    const here = YNotebook.create({ data: { cells: [] } as any });
    const there = new YNotebook();
    const join = (from: YNotebook, to: YNotebook): void => {
      from.ydoc.on('update', (update: Uint8Array, origin: unknown) => {
        if (origin !== 'sync') {
          Y.applyUpdate(to.ydoc, update, 'sync');
        }
      });
    };
    Y.applyUpdate(there.ydoc, Y.encodeStateAsUpdate(here.ydoc), 'sync');
    join(here, there);
    join(there, here);

    here.insertCell(0, { cell_type: 'code', source: 'mine' });
    insert(here, 1);
    there.insertCell(1, { cell_type: 'code', source: 'theirs' });
    expect(sources(here)).toEqual(['mine', 'theirs', 'words', 'code']);
    expect(sources(there)).toEqual(sources(here));

    here.undo();
    expect(sources(here)).toEqual(['mine', 'theirs']);
    expect(sources(there)).toEqual(['mine', 'theirs']);
    here.redo();
    expect(sources(there)).toEqual(['mine', 'theirs', 'words', 'code']);
  });
});
