import type { NotebookPanel } from '@jupyterlab/notebook';

import type { IMonitor } from '../../kernel/monitor/monitor';
import type { ServerLimits } from '../../kernel/queries/serverLimits';
import type { IKitSettings } from '../../tokens';
import { RuntimeModel } from './runtimeModel';

interface IOptions {
  createMonitor: (panel: NotebookPanel) => IMonitor;
  limits?: ServerLimits;
  settings: IKitSettings;
  /** Called once a model. */
  onCreated?: (model: RuntimeModel, panel: NotebookPanel) => void;
}

/**
 * The models of the open notebooks: one each, whichever views show it.
 */
export class RuntimeRegistry {
  constructor(private _options: IOptions) {}

  /** The model of a notebook, disposed with the notebook. */
  of(panel: NotebookPanel): RuntimeModel {
    const known = this._models.get(panel);
    if (known) {
      return known;
    }
    const { createMonitor, limits, settings } = this._options;
    const model = new RuntimeModel({
      monitor: createMonitor(panel),
      name: () => panel.title.label,
      nameChanged: panel.title.changed,
      settings,
      limits
    });
    this._models.set(panel, model);
    const { sessionContext } = panel;
    sessionContext.connectionStatusChanged.connect((_, status) => {
      // The server was away, or the kernel's process is another one.
      if (status === 'connected') {
        void limits?.read();
      }
    });
    panel.disposed.connect(() => {
      this._models.delete(panel);
      model.dispose();
    });
    this._options.onCreated?.(model, panel);
    return model;
  }

  private _models = new Map<NotebookPanel, RuntimeModel>();
}
