import {
  Dialog,
  ISessionContextDialogs,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';

import type { IRun } from '../../kernel/monitor/monitor';
import { runCells } from '../../notebook';
import type { ISnippetCatalog } from '../../library/catalogToken';
import { ago, count, shortened } from '../../ui/format';
import { cellList } from './cellList';

/**
 * The offer to go on with a training: one notification, which stays in the list
 * of notifications until the user decides.
 */
export class ResumeNotice {
  constructor(private _options: ResumeNotice.IOptions) {}

  /**
   * @param seconds - How long ago the run was saved.
   * @param ids - The cells that resume it, in their order.
   * @param planNow - The same of the notebook as it is when the user says yes.
   * @param changedNow - The cells that this plan leaves out because their text is
   * not that of the snippet they name. The user sees them before anything runs.
   */
  show(
    panel: NotebookPanel,
    run: IRun,
    seconds: number,
    ids: readonly string[],
    planNow: () => Promise<string[]>,
    changedNow: () => readonly string[]
  ): void {
    const { trans } = this._options;
    this.withdraw();
    this._id = Notification.info(
      trans.__(
        '%1 stopped at step %2 (%3). Resume?',
        shortened(run.name),
        count(run.step),
        ago(trans, seconds)
      ),
      {
        autoClose: false,
        actions: [
          {
            label: trans.__('Resume'),
            caption: trans._n(
              'Runs %1 cell of %2: the training and what it depends on',
              'Runs %1 cells of %2: the training and what it depends on',
              // Which is %1 too.
              ids.length,
              panel.title.label
            ),
            displayType: 'accent',
            callback: () => {
              const plan = planNow();
              void plan.then(() =>
                changedNow().length > 0
                  ? this._ask(panel, run, plan, changedNow())
                  : this._resume(panel, run, plan)
              );
            }
          },
          {
            label: trans.__('Show cells'),
            caption: trans.__('List the cells that would run'),
            callback: () => {
              const plan = planNow();
              void plan.then(() => this._ask(panel, run, plan, changedNow()));
            }
          }
        ]
      }
    );
  }

  /** Take the offer back. */
  withdraw(): void {
    if (this._id) {
      Notification.dismiss(this._id);
      this._id = '';
    }
  }

  private async _ask(
    panel: NotebookPanel,
    run: IRun,
    plan: Promise<string[]>,
    changed: readonly string[]
  ): Promise<void> {
    const { catalog, trans } = this._options;
    const library = (await catalog?.load().catch(console.warn)) ?? null;
    const ids = await plan;
    if (ids.length === 0) {
      return this._resume(panel, run, plan);
    }
    const { button } = await showDialog({
      title: trans.__('Resume %1 at step %2', run.name, count(run.step)),
      body: cellList(
        [
          {
            title: trans.__(
              'These cells of %1 will run, in this order:',
              panel.title.label
            ),
            ids
          },
          {
            title: trans.__(
              'These cells will not run, because their code is not that of the snippet they name. If the training needs one, run it first:'
            ),
            ids: changed
          }
        ],
        panel,
        library
      ),
      buttons: [
        Dialog.cancelButton(),
        Dialog.okButton({
          label: trans._n('Run %1 cell', 'Run %1 cells', ids.length, ids.length)
        })
      ]
    });
    if (button.accept) {
      await this._resume(panel, run, plan);
    }
  }

  private async _resume(
    panel: NotebookPanel,
    run: IRun,
    plan: Promise<string[]>
  ): Promise<void> {
    const { dialogs, trans, translator } = this._options;
    this.withdraw();
    const ids = await plan;
    if (panel.isDisposed) {
      return;
    }
    if (ids.length === 0) {
      const { label } = panel.title;
      Notification.warning(
        trans.__(
          '%1 no longer contains a cell that trains %2.',
          shortened(label),
          shortened(run.name)
        )
      );
      return;
    }
    await runCells(panel, ids, dialogs, translator);
  }

  private _id = '';
}

export namespace ResumeNotice {
  /** What the notice works with. */
  export interface IOptions {
    /** Knows the titles of snippets. */
    catalog?: ISnippetCatalog;
    dialogs?: ISessionContextDialogs;
    trans: TranslationBundle;
    translator?: ITranslator;
  }
}
