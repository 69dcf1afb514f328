import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { SnippetMenu } from '../menus/snippetMenu';
import { SnippetMenuButton } from '../menus/snippetMenuButton';
import { foldItems } from '../menus/toolbarFolding';
import { ISnippetCatalog } from '../library/catalogToken';
import { CommandIDs, IKitSettings, IRequirements } from '../tokens';
import { DOMAIN } from '../ui/translation';

/**
 * The toolbar's menu of all snippets. The three other buttons are plain
 * commands, declared in the schema.
 */
export const toolbar: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-runtime-kit:toolbar',
  description: 'The menu of snippets in the notebook toolbar.',
  autoStart: true,
  requires: [INotebookTracker, ISnippetCatalog, IKitSettings],
  optional: [IRequirements, IToolbarWidgetRegistry, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    catalog: ISnippetCatalog,
    settings: IKitSettings,
    missing: IRequirements | null,
    registry: IToolbarWidgetRegistry | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { commands } = app;
    // One menu serves all toolbars: it acts on the current notebook, and a
    // click on a toolbar makes its notebook current.
    let menu: SnippetMenu | null = null;
    const getMenu = (): SnippetMenu =>
      (menu ??= new SnippetMenu({
        commands,
        catalog,
        settings,
        trans,
        title: trans.__('Snippets')
      }));
    // It may be open when the kernel has answered.
    missing?.changed.connect(() => menu?.refresh());
    const buttons = new WeakMap<NotebookPanel, SnippetMenuButton>();

    registry?.addFactory<NotebookPanel>(
      'Notebook',
      'runtime-kit-snippets',
      panel => {
        const button = new SnippetMenuButton({
          catalog,
          commands,
          getMenu,
          missing: missing ?? undefined,
          trans
        });
        buttons.set(panel, button);
        return button;
      }
    );

    tracker.forEach(({ toolbar }) => foldItems(toolbar));
    tracker.widgetAdded.connect((_, { toolbar }) => foldItems(toolbar));

    commands.addCommand(CommandIDs.openSnippets, {
      label: trans.__('Open Snippet Menu'),
      caption: trans.__('Open the snippet menu in the notebook toolbar'),
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => tracker.currentWidget !== null,
      execute: () => {
        const panel = tracker.currentWidget;
        return panel ? buttons.get(panel)?.open() : undefined;
      }
    });
  }
};
