import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISessionContextDialogs } from '@jupyterlab/apputils';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IRuntimeViewsLoader } from '../panel/viewsToken';
import { ISnippetCatalog } from '../library/catalogToken';
import { IKitSettings } from '../tokens';
import { DOMAIN } from '../ui/translation';

/**
 * Offers to go on with a training that was interrupted.
 */
export const resume: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-runtime-kit:resume',
  description: 'Offers to resume a training after a restart of its kernel.',
  autoStart: true,
  requires: [INotebookTracker, IRuntimeViewsLoader, IKitSettings],
  optional: [ISnippetCatalog, ISessionContextDialogs, ITranslator],
  activate: (
    _: JupyterFrontEnd,
    tracker: INotebookTracker,
    loader: IRuntimeViewsLoader,
    settings: IKitSettings,
    catalog: ISnippetCatalog | null,
    dialogs: ISessionContextDialogs | null,
    translator: ITranslator | null
  ) => {
    const watch = async (panel: NotebookPanel): Promise<void> => {
      await Promise.all([panel.revealed, settings.ready]);
      await panel.sessionContext.ready;
      const [views, { ResumeNotice }, { ResumeOffer }] = await Promise.all([
        loader.load(),
        import('../panel/resume/resumeNotice'),
        import('../panel/resume/resumeOffer')
      ]);
      if (!panel.isDisposed) {
        const notice = new ResumeNotice({
          catalog: catalog ?? undefined,
          dialogs: dialogs ?? undefined,
          trans: (translator ?? nullTranslator).load(DOMAIN),
          translator: translator ?? undefined
        });
        new ResumeOffer(panel, views.runtimes.of(panel), notice, catalog);
      }
    };
    const begin = (panel: NotebookPanel): void => {
      watch(panel).catch(console.warn);
    };
    tracker.forEach(begin);
    tracker.widgetAdded.connect((_, panel) => begin(panel));
  }
};
