import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { Authoring } from '../library/authoring/actions';
import {
  HIDE_SNIPPET_ARGS,
  IMPORT_ARGS,
  NO_ARGS,
  SNIPPET_ID_ARGS
} from './commandArguments';
import { ISnippetCatalog } from '../library/catalogToken';
import { CommandIDs, IKitSettings } from '../tokens';
import { DOMAIN } from '../ui/translation';

/**
 * The commands on snippets of the user's own.
 */
export const authoring: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-runtime-kit:authoring',
  description: 'Commands that make, change, import and export snippets.',
  autoStart: true,
  requires: [INotebookTracker, ISnippetCatalog, IKitSettings],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    catalog: ISnippetCatalog,
    settings: IKitSettings,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    let actions: Promise<Authoring> | null = null;
    const load = (): Promise<Authoring> =>
      (actions ??= import('../library/authoring/actions').then(
        ({ Authoring }) => new Authoring(settings, catalog, trans)
      ));
    const isOwn = (args: ReadonlyPartialJSONObject): boolean =>
      String(args.id) in settings.values.userSnippets;
    /** A command on the snippet that the arguments name. */
    const add = (
      command: string,
      label: string,
      caption: string,
      execute: (actions: Authoring, id: string) => Promise<unknown>,
      isEnabled?: (args: ReadonlyPartialJSONObject) => boolean
    ): void => {
      app.commands.addCommand(command, {
        label,
        caption,
        isEnabled,
        describedBy: { args: SNIPPET_ID_ARGS },
        execute: async args => execute(await load(), String(args.id))
      });
    };

    app.commands.addCommand(CommandIDs.saveCellsAsSnippet, {
      label: trans.__('Save Cells as Snippet…'),
      caption: trans.__('Save the selected cells as a snippet'),
      isEnabled: () => tracker.currentWidget !== null,
      describedBy: { args: NO_ARGS },
      execute: async () => {
        const panel = tracker.currentWidget;
        return panel && (await load()).saveCells(panel);
      }
    });
    app.commands.addCommand(CommandIDs.newSnippet, {
      label: trans.__('New Snippet…'),
      caption: trans.__('Create a snippet'),
      describedBy: { args: NO_ARGS },
      execute: async () => (await load()).create()
    });
    app.commands.addCommand(CommandIDs.importSnippets, {
      label: trans.__('Import Snippets…'),
      caption: trans.__(
        'Import snippets from .py files in percent format, or from JSON files of Elyra or jupyterlab-code-snippets'
      ),
      describedBy: { args: IMPORT_ARGS },
      execute: async args =>
        (await load()).importFiles(
          args.files as { name: string; text: string }[] | undefined
        )
    });
    app.commands.addCommand(CommandIDs.hideSnippet, {
      label: trans.__('Hide Snippet in Lists'),
      caption: trans.__('Hide the snippet in lists, or show it again'),
      isToggleable: true,
      isToggled: args =>
        settings.values.hiddenSnippets.includes(String(args.id)),
      describedBy: { args: HIDE_SNIPPET_ARGS },
      execute: async args =>
        (await load()).hide(String(args.id), args.hidden as boolean | undefined)
    });
    add(
      CommandIDs.editSnippet,
      trans.__('Edit Snippet…'),
      trans.__(
        'Edit a snippet. A built-in or shared one becomes your own version.'
      ),
      (actions, id) => actions.edit(id)
    );
    add(
      CommandIDs.duplicateSnippet,
      trans.__('Duplicate Snippet'),
      trans.__('Copy a snippet to your own snippets'),
      (actions, id) => actions.duplicate(id)
    );
    add(
      CommandIDs.deleteSnippet,
      trans.__('Delete Snippet…'),
      trans.__('Delete one of your own snippets'),
      (actions, id) => actions.remove(id),
      isOwn
    );
    add(
      CommandIDs.exportSnippet,
      trans.__('Export Snippet'),
      trans.__('Download a snippet as a .py file in percent format'),
      (actions, id) => actions.exportFile(id)
    );
    settings.changed.connect(() => {
      app.commands.notifyCommandChanged(CommandIDs.hideSnippet);
      app.commands.notifyCommandChanged(CommandIDs.deleteSnippet);
    });
  }
};
