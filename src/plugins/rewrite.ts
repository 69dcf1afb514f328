import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { IRewrite } from '../insert/rewriteSnippets';
import type { SnippetLibrary } from '../library/snippetLibrary';
import { ISnippetCatalog } from '../library/catalogToken';
import { CommandIDs } from '../tokens';
import { DOMAIN } from '../ui/translation';
import { NO_ARGS } from './commandArguments';

/**
 * Commands that rewrite inserted cells: to the current version, and to the other
 * form.
 */
export const rewrite: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-runtime-kit:rewrite',
  description: 'Updates inserted snippets and turns them into the other form.',
  autoStart: true,
  requires: [INotebookTracker, ISnippetCatalog],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    catalog: ISnippetCatalog,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const add = (
      command: string,
      label: string,
      caption: string,
      nothing: string,
      plan: (
        rooms: typeof import('../insert/rewriteSnippets'),
        library: SnippetLibrary
      ) => IRewrite[]
    ): void => {
      app.commands.addCommand(command, {
        label: args => (args.isPalette ? label.replace('…', '') : label),
        caption,
        isEnabled: () => tracker.currentWidget !== null,
        describedBy: { args: NO_ARGS },
        execute: async () => {
          const panel = tracker.currentWidget;
          if (!panel?.content.model || panel.content.model.readOnly) {
            return;
          }
          const library = catalog.library ?? (await catalog.load());
          const rewriting = await import('../insert/rewriteSnippets');
          const rewrites = plan(rewriting, library);
          if (rewrites.length === 0) {
            Notification.info(nothing, { autoClose: 6000 });
            return;
          }
          const { confirmRewrite } = await import('../insert/confirmRewrite');
          const title = label.replace('…', '');
          if (await confirmRewrite(title, rewrites, trans)) {
            const { replaceGroups } = await import('../notebook');
            // The user took time to answer: what changed meanwhile counts.
            replaceGroups(panel.content, plan(rewriting, library));
          }
        }
      });
    };
    add(
      CommandIDs.updateSnippets,
      trans.__('Update Snippets to the Current Version…'),
      trans.__(
        'Replace inserted snippets of earlier versions, after showing what changes'
      ),
      trans.__('All snippets in this notebook are up to date.'),
      ({ planUpdates }, library) =>
        planUpdates(tracker.currentWidget!.content, library)
    );
    add(
      CommandIDs.makePortable,
      trans.__('Make This Notebook Portable…'),
      trans.__(
        'Turn snippets that use the Python package into cells that need nothing installed'
      ),
      trans.__('No snippet in this notebook needs the Python package.'),
      ({ planForm }, library) =>
        planForm(tracker.currentWidget!.content, library, 'standalone')
    );
    add(
      CommandIDs.useLibrary,
      trans.__('Use the Python Package in Snippets…'),
      trans.__(
        'Turn standalone snippets into short cells that use the Python package'
      ),
      trans.__('No snippet in this notebook has a form with the package.'),
      ({ planForm }, library) =>
        planForm(tracker.currentWidget!.content, library, 'library')
    );
  }
};
