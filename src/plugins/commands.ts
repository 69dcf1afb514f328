import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';

import { altHeld } from '../ui/altKey';
import {
  INSERT_SNIPPET_ARGS,
  SNIPPET_ID_ARGS,
  TOOLBAR_ARGS
} from './commandArguments';
import {
  checkpointResumeIcon,
  driveMountIcon,
  gpuCheckIcon,
  snippetsIcon
} from '../ui/icons';
import { requirementsText } from '../requirements/requirementsText';
import { ISnippetCatalog } from '../library/catalogToken';
import {
  CommandIDs,
  IInsertRequest,
  IRequirements,
  ISnippetInserter
} from '../tokens';
import { DOMAIN } from '../ui/translation';

/** Commands with a button of their own. */
const BUTTONS = [
  CommandIDs.insertDriveMount,
  CommandIDs.insertGpuCheck,
  CommandIDs.insertCheckpointResume
];

/**
 * The commands. Toolbar, menus, palette and shortcuts are declared on top of
 * them, most in the schema.
 */
export const commands: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-runtime-kit:commands',
  description: 'The commands of the runtime kit.',
  autoStart: true,
  requires: [INotebookTracker, ISnippetInserter, ISnippetCatalog],
  optional: [IRequirements, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    inserter: ISnippetInserter,
    catalog: ISnippetCatalog,
    missing: IRequirements | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { commands } = app;
    // A toolbar has its notebook; elsewhere there must be a current one.
    const isEnabled = (args: { toolbar?: unknown }): boolean =>
      args.toolbar ? true : tracker.currentWidget !== null;

    // Whose code a click on the name of a built-in snippet inserts.
    const overrideText = (id: unknown): string | undefined => {
      const snippet = catalog.library?.get(String(id));
      return !snippet?.overridesBuiltin
        ? undefined
        : snippet.source === undefined
          ? trans.__('%1: your own snippet, not the built-in', snippet.title)
          : trans.__(
              '%1: snippet from %2, not the built-in',
              snippet.title,
              snippet.source
            );
    };

    // For a notebook with a training loop of its own, the edits of that loop are
    // proposed first; that command inserts the cell where the user wants this.
    const insert = async (request: IInsertRequest): Promise<string[]> => {
      const panel = tracker.currentWidget;
      const isPlain = Object.keys(request).every(
        key => key === 'id' || key === 'toolbar'
      );
      const canPropose = commands.hasCommand(CommandIDs.makeResumable);
      if (
        request.id === 'checkpoint-resume' &&
        isPlain &&
        panel &&
        canPropose
      ) {
        const { mayTrain } = await import('../resumable/mayTrain');
        if (mayTrain(panel)) {
          await commands.execute(CommandIDs.makeResumable, { button: true });
          return [];
        }
      }
      return inserter.insert(request);
    };

    commands.addCommand(CommandIDs.insertSnippet, {
      label: args => {
        const snippet = catalog.library?.get(String(args.id));
        const needs = requirementsText(
          missing?.missing(String(args.id)) ?? [],
          trans
        );
        const title = snippet?.overridesBuiltin
          ? trans.__('%1 (replaces the built-in)', snippet.title)
          : snippet?.title;
        return title === undefined
          ? trans.__('Insert Snippet')
          : needs
            ? trans.__('%1 (requires %2)', title, needs)
            : title;
      },
      caption: args =>
        overrideText(args.id) ??
        catalog.library?.get(String(args.id))?.description ??
        trans.__('Insert a Runtime Kit snippet into the notebook'),
      icon: args => (args.toolbar ? snippetsIcon : undefined),
      isEnabled,
      describedBy: { args: INSERT_SNIPPET_ARGS },
      execute: args => {
        const form = args.form === true || altHeld(args);
        const request = args as unknown as IInsertRequest;
        return insert(form ? { ...request, form } : request);
      }
    });

    commands.addCommand(CommandIDs.insertSnippetWithForm, {
      label: trans.__('Insert Snippet With Form…'),
      caption: trans.__("Set a snippet's parameters in a form, then insert it"),
      icon: snippetsIcon,
      isEnabled,
      describedBy: { args: SNIPPET_ID_ARGS },
      execute: args => inserter.insert({ id: String(args.id), form: true })
    });

    const addButton = (
      command: string,
      id: string,
      label: string,
      caption: string,
      icon: LabIcon
    ): void => {
      commands.addCommand(command, {
        label: args => (args.toolbar ? '' : label),
        caption: () => overrideText(id) ?? caption,
        icon,
        isEnabled,
        describedBy: { args: TOOLBAR_ARGS },
        execute: args => insert(altHeld(args) ? { id, form: true } : { id })
      });
    };
    addButton(
      CommandIDs.insertDriveMount,
      'drive-mount',
      trans.__('Mount Drive'),
      trans.__('Mount Drive: insert a cell that mounts a durable folder'),
      driveMountIcon
    );
    addButton(
      CommandIDs.insertGpuCheck,
      'gpu-check',
      trans.__('Check GPU'),
      trans.__('Check GPU: insert a cell that checks the accelerator'),
      gpuCheckIcon
    );
    addButton(
      CommandIDs.insertCheckpointResume,
      'checkpoint-resume',
      trans.__('Checkpoint & resume'),
      trans.__(
        'Checkpoint & resume: insert cells that save and resume training'
      ),
      checkpointResumeIcon
    );
    // Titles come with the library, what is missing from the kernel.
    const onChanged = (): void =>
      commands.notifyCommandChanged(CommandIDs.insertSnippet);
    catalog.changed.connect(() => {
      onChanged();
      BUTTONS.forEach(id => commands.notifyCommandChanged(id));
    });
    missing?.changed.connect(onChanged);
  }
};
