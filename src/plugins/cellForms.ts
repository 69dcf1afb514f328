import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISessionContextDialogs } from '@jupyterlab/apputils';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { FormWatch } from '../forms/cell/formWatch';
import type { ICellFormServices } from '../forms/cell/services';
import { IKitSettings } from '../tokens';
import { DOMAIN } from '../ui/translation';

/**
 * Forms in the cells that have `@title`, `@markdown` or `@param` lines.
 */
export const cellForms: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-runtime-kit:cell-forms',
  description: 'Shows the forms of cells in the notebook.',
  autoStart: true,
  requires: [INotebookTracker, IKitSettings],
  optional: [ITranslator, ISessionContextDialogs],
  activate: (
    _: JupyterFrontEnd,
    tracker: INotebookTracker,
    settings: IKitSettings,
    translator: ITranslator | null,
    dialogs: ISessionContextDialogs | null
  ) => {
    const services: ICellFormServices = {
      settings,
      trans: (translator ?? nullTranslator).load(DOMAIN),
      translator: translator ?? undefined,
      dialogs: dialogs ?? undefined
    };
    const watches = new Map<NotebookPanel, FormWatch>();
    const follow = (panel: NotebookPanel): void => {
      const place = settings.values.cellForms;
      const wanted = place === 'cell' || place === 'beside';
      if (wanted && !watches.has(panel)) {
        const watch = new FormWatch(panel, async cell => {
          const { attachCellForm } = await import('../forms/cell/attach');
          return cell.isDisposed ? null : attachCellForm(panel, cell, services);
        });
        watches.set(panel, watch);
        panel.disposed.connect(() => watches.delete(panel));
      } else if (!wanted) {
        watches.get(panel)?.dispose();
        watches.delete(panel);
      }
    };
    // The settings may switch them off: wait for them, lest forms come and go.
    void settings.ready.then(() => {
      tracker.forEach(follow);
      tracker.widgetAdded.connect((_, panel) => follow(panel));
      settings.changed.connect(() => tracker.forEach(follow));
    });
  }
};
