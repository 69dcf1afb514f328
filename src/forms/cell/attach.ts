import type { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { PanelLayout, Widget } from '@lumino/widgets';

import { CellForm } from './cellForm';
import { FormSlot } from './formSlot';
import type { ICellFormServices } from './services';

const WRAPPER_CLASS = 'jp-Cell-inputWrapper';
const CELL_CLASS = 'jp-RuntimeKit-mod-form';

/**
 * Show the form of a cell in the cell, until the result is disposed.
 */
export function attachCellForm(
  panel: NotebookPanel,
  cell: CodeCell,
  services: ICellFormServices
): IDisposable {
  const form = new CellForm(panel, cell, services);
  const slot = new FormSlot(form, panel, services.trans);
  const follow = (): void => {
    slot.setHidden(form.isEmpty);
    cell.toggleClass(CELL_CLASS, !form.isEmpty);
  };
  // A cell has no parts before it is attached for the first time.
  void cell.ready.then(() => {
    if (!form.isDisposed && !cell.isDisposed) {
      insert(cell, slot);
      follow();
      form.changed.connect(follow);
    }
  });
  const dispose = (): void => {
    form.dispose();
    slot.dispose();
    if (!cell.isDisposed) {
      cell.removeClass(CELL_CLASS);
    }
  };
  cell.disposed.connect(dispose);
  return {
    get isDisposed() {
      return form.isDisposed;
    },
    dispose
  };
}

/** Above the code, behind the bar that collapses both. */
function insert(cell: CodeCell, slot: Widget): void {
  const parts = (cell.layout as PanelLayout).widgets;
  const wrapper = parts.find(part => part.hasClass(WRAPPER_CLASS));
  if (wrapper) {
    (wrapper.layout as PanelLayout).insertWidget(1, slot);
  }
}
