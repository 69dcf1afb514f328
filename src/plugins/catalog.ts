import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { SnippetCatalog } from '../library/catalog';
import { NO_ARGS } from './commandArguments';
import { Notices } from '../insert/notices';
import { inLanguage } from '../library/snippetText';
import { loadLibrary } from '../library/load';
import { SourceFollower } from '../library/sources/sourceFollower';
import { ISnippetCatalog } from '../library/catalogToken';
import { CommandIDs, IKitSettings } from '../tokens';
import { DOMAIN } from '../ui/translation';

/**
 * The snippets: built in and the user's own.
 */
export const catalog: JupyterFrontEndPlugin<ISnippetCatalog> = {
  id: 'jupyterlab-runtime-kit:catalog',
  description: 'The snippets of the runtime kit, loaded when first needed.',
  autoStart: true,
  provides: ISnippetCatalog,
  requires: [IKitSettings],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    settings: IKitSettings,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const notices = new Notices(trans);
    const catalog = new SnippetCatalog(
      settings,
      () => loadLibrary(snippet => inLanguage(snippet, trans)),
      errors =>
        notices.brokenSnippets(errors, () => {
          void app.commands.execute('settingeditor:open', {
            query: 'Runtime Kit'
          });
        })
    );
    const sources = new SourceFollower({
      catalog,
      settings,
      contents: app.serviceManager.contents,
      report: ({ source, reason }) => notices.sourceProblem(source, reason)
    });
    app.commands.addCommand(CommandIDs.refreshSnippets, {
      label: trans.__('Refresh Snippet Sources'),
      caption: trans.__('Reload the snippets that your team shares'),
      isEnabled: () => settings.values.snippetSources.length > 0,
      describedBy: { args: NO_ARGS },
      execute: () => sources.refresh()
    });
    loadOnFirstInteraction(catalog);
    return catalog;
  }
};

/**
 * Start-up does not pay for the library, and the first click does not wait for
 * it: it is fetched when the user first touches the page.
 */
function loadOnFirstInteraction(catalog: ISnippetCatalog): void {
  const events = ['pointerdown', 'keydown'];
  const load = (): void => {
    events.forEach(name => document.removeEventListener(name, load, true));
    // Whoever needs the library asks again and gets the error.
    catalog.load().catch(console.warn);
  };
  events.forEach(name => document.addEventListener(name, load, true));
}
