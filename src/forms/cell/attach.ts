import type { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';
import { PanelLayout, Widget } from '@lumino/widgets';

import { CellForm } from './cellForm';
import { FormSlot } from './formSlot';
import type { ICellFormServices } from './services';

const WRAPPER_CLASS = 'jp-Cell-inputWrapper';
const CELL_CLASS = 'jp-RuntimeKit-mod-form';

/**
 * Show the form of a cell in the cell, until the result is disposed.
 *
 * A cell has no parts before it is attached for the first time. Until then nothing
 * is made: a long notebook attaches its cells bit by bit.
 */
export function attachCellForm(
  panel: NotebookPanel,
  cell: CodeCell,
  services: ICellFormServices
): IDisposable {
  const made = new DisposableSet();
  void cell.ready.then(() => {
    if (!made.isDisposed && !cell.isDisposed) {
      makeForm(panel, cell, services, made);
    }
  });
  cell.disposed.connect(() => made.dispose());
  return made;
}

function makeForm(
  panel: NotebookPanel,
  cell: CodeCell,
  services: ICellFormServices,
  made: DisposableSet
): void {
  const form = new CellForm(panel, cell, services);
  const slot = new FormSlot(form, panel, services.trans);
  const follow = (): void => {
    slot.setHidden(form.isEmpty);
    cell.toggleClass(CELL_CLASS, !form.isEmpty);
  };
  form.changed.connect(follow);
  follow();
  insert(cell, slot);
  const unmark = (): void => {
    if (!cell.isDisposed) {
      cell.removeClass(CELL_CLASS);
    }
  };
  [form, slot, new DisposableDelegate(unmark)].forEach(each => made.add(each));
}

/** Above the code, behind the bar that collapses both. */
function insert(cell: CodeCell, slot: Widget): void {
  const parts = (cell.layout as PanelLayout).widgets;
  const wrapper = parts.find(part => part.hasClass(WRAPPER_CLASS));
  (wrapper?.layout as PanelLayout | undefined)?.insertWidget(1, slot);
}
