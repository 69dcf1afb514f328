import {
  ILayoutRestorer,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { runtimeIcon } from '../ui/icons';
import { LazySlot } from '../ui/lazySlot';
import { IRuntimeViewsLoader } from '../panel/viewsToken';
import { CommandIDs } from '../tokens';
import { DOMAIN } from '../ui/translation';

const PANEL_ID = 'jp-runtime-kit-panel';

/**
 * The Runtime panel at the right. Its content is loaded when it is first shown.
 */
export const panel: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-runtime-kit:panel',
  description: 'The panel that shows the runtime of the current notebook.',
  autoStart: true,
  requires: [IRuntimeViewsLoader],
  optional: [ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    loader: IRuntimeViewsLoader,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const slot = new LazySlot(async () => {
      (await loader.load()).mountPanel(slot);
    });
    slot.id = PANEL_ID;
    slot.addClass('jp-RuntimeKit-panel');
    slot.title.icon = runtimeIcon;
    slot.title.caption = trans.__('Runtime');
    slot.node.setAttribute('role', 'region');
    slot.node.setAttribute('aria-label', trans.__('Runtime'));
    slot.node.addEventListener('keydown', event => {
      if (isWayOut(event) && app.shell.currentWidget) {
        app.shell.activateById(app.shell.currentWidget.id);
      }
    });
    app.shell.add(slot, 'right', { rank: 900 });
    restorer?.add(slot, PANEL_ID);

    app.commands.addCommand(CommandIDs.openPanel, {
      label: trans.__('Runtime Panel'),
      caption: trans.__(
        'Show accelerator, memory, disks, time, storage and runs of the current notebook'
      ),
      icon: runtimeIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => {
        app.shell.activateById(PANEL_ID);
        slot.focus();
      }
    });
  }
};

/** Escape leads back to the notebook; a search it empties first. */
function isWayOut({ key, defaultPrevented, target }: KeyboardEvent): boolean {
  const isFilled =
    target instanceof HTMLInputElement &&
    target.type === 'search' &&
    target.value !== '';
  return key === 'Escape' && !defaultPrevented && !isFilled;
}
