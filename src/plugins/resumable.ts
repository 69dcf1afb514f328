import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Notices } from '../insert/notices';
import { CommandIDs, ISnippetInserter } from '../tokens';
import { checkpointResumeIcon } from '../ui/icons';
import { DOMAIN } from '../ui/translation';
import { MAKE_RESUMABLE_ARGS } from './commandArguments';

/**
 * Proposes the edits that make the notebook's own training loop resumable.
 */
export const resumable: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-runtime-kit:resumable',
  description: "Makes a notebook's training resumable, shown as a diff.",
  autoStart: true,
  requires: [INotebookTracker, ISnippetInserter],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    inserter: ISnippetInserter,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const notices = new Notices(trans);
    app.commands.addCommand(CommandIDs.makeResumable, {
      label: trans.__('Make Training Resumable…'),
      caption: trans.__(
        "Show the edits that make this notebook's training loop save itself and resume"
      ),
      icon: checkpointResumeIcon,
      isEnabled: () => tracker.currentWidget !== null,
      describedBy: { args: MAKE_RESUMABLE_ARGS },
      execute: async args => {
        const panel = tracker.currentWidget;
        if (!panel) {
          notices.problem({ kind: 'no-notebook' });
          return 'cancel';
        }
        const { makeResumable } = await import('../resumable/makeResumable');
        const isAsked = args.button !== true;
        const choice = await makeResumable(panel, { isAsked, notices, trans });
        if (choice === 'insert') {
          await inserter.insert({ id: 'checkpoint-resume' });
        }
        return choice;
      }
    });
  }
};
