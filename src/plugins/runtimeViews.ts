import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { RuntimeViews } from '../panel/runtimeViews';
import { IRuntimeViewsLoader } from '../panel/viewsToken';
import { ISnippetCatalog } from '../library/catalogToken';
import { IKitSettings, IRequirements } from '../tokens';
import { DOMAIN } from '../ui/translation';

/**
 * Loads what shows runtimes, once, when something of it comes into view.
 */
export const runtimeViews: JupyterFrontEndPlugin<IRuntimeViewsLoader> = {
  id: 'jupyterlab-runtime-kit:runtime-views',
  description: 'The views of the runtime, loaded when first shown.',
  autoStart: true,
  provides: IRuntimeViewsLoader,
  requires: [INotebookTracker, ISnippetCatalog, IKitSettings],
  optional: [IRequirements, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    catalog: ISnippetCatalog,
    settings: IKitSettings,
    missing: IRequirements | null,
    translator: ITranslator | null
  ) => {
    let loading: Promise<RuntimeViews> | null = null;
    const load = async (): Promise<RuntimeViews> => {
      const [{ RuntimeViews }] = await Promise.all([
        import('../panel/runtimeViews'),
        settings.ready
      ]);
      return new RuntimeViews({
        catalog,
        commands: app.commands,
        missing,
        serverSettings: app.serviceManager.serverSettings,
        settings,
        tracker,
        trans: (translator ?? nullTranslator).load(DOMAIN)
      });
    };
    return {
      load: () =>
        (loading ??= load().catch(reason => {
          // A chunk that did not arrive is asked for again next time.
          loading = null;
          throw reason;
        }))
    };
  }
};
