import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISessionContextDialogs } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { ParameterAdvisor } from '../advisor';
import { SnippetInserter } from '../inserter';
import { Notices } from '../notices';
import { IKitSettings, ISnippetCatalog, ISnippetInserter } from '../tokens';
import { DOMAIN } from '../translation';

/**
 * Inserts snippets into the current notebook.
 */
export const inserter: JupyterFrontEndPlugin<ISnippetInserter> = {
  id: 'jupyterlab-runtime-kit:inserter',
  description: 'Inserts snippets of the runtime kit into notebooks.',
  autoStart: true,
  provides: ISnippetInserter,
  requires: [INotebookTracker, ISnippetCatalog, IKitSettings],
  optional: [ISessionContextDialogs, ITranslator],
  activate: (
    _: JupyterFrontEnd,
    tracker: INotebookTracker,
    catalog: ISnippetCatalog,
    settings: IKitSettings,
    dialogs: ISessionContextDialogs | null,
    translator: ITranslator | null
  ) =>
    new SnippetInserter({
      advisor: new ParameterAdvisor(settings),
      catalog,
      notices: new Notices((translator ?? nullTranslator).load(DOMAIN)),
      settings,
      tracker,
      dialogs: dialogs ?? undefined,
      translator: translator ?? undefined
    })
};
