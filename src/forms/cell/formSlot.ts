import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { PanelLayout, Widget } from '@lumino/widgets';

import type { CellForm } from './cellForm';
import { CellFormWidget } from './CellFormWidget';
import { whenNear } from './whenNear';

const ROW_HEIGHT = 36;
/** So many cells at the top are seen when a notebook is opened. */
const FIRST_CELLS = 8;

/**
 * Keeps the place of a form that is not seen yet: of a long notebook only the
 * forms near the visible part are built.
 */
export class FormSlot extends Widget {
  constructor(
    private _form: CellForm,
    private _panel: NotebookPanel,
    private _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-RuntimeKit-formSlot');
    this.layout = new PanelLayout();
    this.node.style.minHeight = `${(_form.size + 1) * ROW_HEIGHT}px`;
  }

  dispose(): void {
    this._stop();
    super.dispose();
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    const layout = this.layout as PanelLayout;
    if (layout.widgets.length > 0) {
      return;
    }
    this._stop();
    const { content } = this._panel;
    const { cell } = this._form;
    const build = (): void => {
      this.node.style.minHeight = '';
      layout.addWidget(
        new CellFormWidget(this._form, content.rendermime, this._trans)
      );
    };
    // The observer answers late while a long notebook attaches its cells.
    if (content.widgets.slice(0, FIRST_CELLS).includes(cell)) {
      build();
    } else {
      this._stop = whenNear(cell.node, content.outerNode, build);
    }
  }

  protected onBeforeDetach(msg: Message): void {
    this._stop();
    super.onBeforeDetach(msg);
  }

  private _stop: () => void = () => undefined;
}
