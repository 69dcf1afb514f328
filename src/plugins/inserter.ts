import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISessionContextDialogs } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { ParameterDefaults } from '../insert/parameterDefaults';
import { SnippetInserter } from '../insert/inserter';
import { Notices } from '../insert/notices';
import { OverrideApproval } from '../insert/overrideApproval';
import { ISnippetCatalog } from '../library/catalogToken';
import { IKitSettings, ISnippetInserter } from '../tokens';
import { DOMAIN } from '../ui/translation';

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
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    return new SnippetInserter({
      parameterDefaults: new ParameterDefaults(settings),
      ask: async (defaults, given) => {
        const { askParameters } = await import('../forms/askParameters');
        return askParameters(defaults, given, settings, trans);
      },
      approval: new OverrideApproval(trans),
      catalog,
      notices: new Notices(trans),
      settings,
      tracker,
      dialogs: dialogs ?? undefined,
      translator: translator ?? undefined
    });
  }
};
