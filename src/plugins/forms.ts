import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { Cell } from '@jupyterlab/cells';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { TOOLBAR_ARGS } from './commandArguments';
import { editParametersIcon } from '../ui/icons';
import { isPython } from '../notebook/language';
import { Notices } from '../insert/notices';
import { mayHoldParameters } from '../snippets/parameters/parammark';
import { CommandIDs, IKitSettings } from '../tokens';
import { DOMAIN } from '../ui/translation';

/**
 * "Edit parameters" of the active cell, shown where it has `@param` lines.
 */
export const forms: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-runtime-kit:forms',
  description: 'Edits the parameters of a cell in a form.',
  autoStart: true,
  requires: [INotebookTracker, IKitSettings],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    settings: IKitSettings,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const command = CommandIDs.editParameters;
    const applies = (): boolean => {
      const { activeCell, currentWidget } = tracker;
      return (
        settings.values.cellForms !== 'off' &&
        currentWidget !== null &&
        activeCell?.model.type === 'code' &&
        isPython(currentWidget) &&
        mayHoldParameters(activeCell.model.sharedModel.getSource())
      );
    };
    app.commands.addCommand(command, {
      label: args => (args.toolbar ? '' : trans.__('Edit Parameters…')),
      caption: trans.__('Edit the parameters of this cell in a form'),
      icon: editParametersIcon,
      isEnabled: applies,
      isVisible: args => !args.toolbar || applies(),
      describedBy: { args: TOOLBAR_ARGS },
      execute: async () => {
        const { activeCell, currentWidget } = tracker;
        if (!activeCell || !currentWidget) {
          return false;
        }
        const { editParameters } = await import('../forms/parameterEditor');
        const notices = new Notices(trans);
        return editParameters(currentWidget, activeCell, notices, trans);
      }
    });
    const notify = (): void => app.commands.notifyCommandChanged(command);
    notifyOfChanges(tracker, applies, notify);
    settings.changed.connect(notify);
  }
};

/** Tell when another cell is active, or the active one gets or loses its form. */
function notifyOfChanges(
  tracker: INotebookTracker,
  applies: () => boolean,
  notify: () => void
): void {
  let followed: Cell | null = null;
  let applied = false;
  const onChanged = (): void => {
    if (applies() !== applied) {
      applied = !applied;
      notify();
    }
  };
  tracker.activeCellChanged.connect((_, cell) => {
    followed?.model?.contentChanged.disconnect(onChanged);
    followed = cell;
    cell?.model.contentChanged.connect(onChanged);
    applied = applies();
    notify();
  });
}
