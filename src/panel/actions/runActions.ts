import {
  Clipboard,
  Notification,
  Dialog,
  showDialog
} from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import type {
  IActionAnswer,
  IMonitor,
  IRun,
  ISample
} from '../../kernel/monitor/monitor';
import { askExport, confirmDelete } from './runDialogs';
import type { RuntimeModel } from '../model/runtimeModel';

/** An answer within so many milliseconds needs no word that it is on its way. */
const QUICK = 300;

/** Milliseconds after which a notification is surely on screen. */
const DRAWN = 2000;

type Action = Parameters<IMonitor['act']>[0];

/**
 * What a user can do with runs and storage. Each ends with a notification of its
 * result.
 */
export class RunActions {
  constructor(private _trans: TranslationBundle) {}

  /** Save now; confirmed by the committed step. */
  async checkpoint(model: RuntimeModel, run: IRun): Promise<void> {
    await this._tell(model, this._trans.__('Saving %1…', run.name), () =>
      model.monitor.checkpointNow(run.folder)
    );
  }

  /** Read all files of all steps of the run and compare their checksums. */
  async verify(model: RuntimeModel, run: IRun): Promise<void> {
    const pending = this._trans.__('Verifying %1…', run.name);
    await this._act(model, 'verify', run, pending);
  }

  /**
   * Write the newest committed step as one file that other programs read.
   *
   * @param isWanted - Asked before the dialog opens: a look at the kernel comes
   * first, which may take a while.
   */
  async export(
    model: RuntimeModel,
    run: IRun,
    isWanted = (): boolean => true
  ): Promise<void> {
    const trans = this._trans;
    const now = await this._today(model, run);
    const out = isWanted() && (await askExport(model, now, trans));
    if (out) {
      const pending = trans.__('Exporting %1…', run.name);
      await this._act(model, 'export', run, pending, { out });
    }
  }

  /** Delete a run, when the user says so twice. `isWanted` as above. */
  async delete(
    model: RuntimeModel,
    run: IRun,
    isWanted = (): boolean => true
  ): Promise<void> {
    const trans = this._trans;
    const now = await this._today(model, run);
    if (isWanted() && (await confirmDelete(model, now, trans))) {
      const pending = trans.__('Deleting %1…', run.name);
      const seen: Record<string, string> = now.sign ? { seen: now.sign } : {};
      await this._act(model, 'delete', run, pending, seen);
    }
  }

  copyPath(run: IRun): void {
    Clipboard.copyToSystem(run.folder);
    Notification.info(this._trans.__('Copied %1', run.folder), {
      autoClose: 3000
    });
  }

  /** Flush what was written to the storage, or mount it again. */
  async storage(
    model: RuntimeModel,
    action: 'flush' | 'remount',
    { path, provider }: NonNullable<ISample['storage']>
  ): Promise<void> {
    const pending =
      action === 'flush'
        ? this._trans.__('Flushing %1…', path)
        : this._trans.__('Remounting %1…', path);
    await this._tell(model, pending, () =>
      model.monitor.act(action, { path, provider })
    );
  }

  /**
   * The run as it is now: the last sample of an idle kernel may be old, and
   * another kernel may be training the run.
   */
  private async _today(model: RuntimeModel, run: IRun): Promise<IRun> {
    await model.monitor.refresh();
    const found = model.sample?.runs.find(each => each.folder === run.folder);
    return found ?? run;
  }

  private async _act(
    model: RuntimeModel,
    action: Action,
    { folder }: IRun,
    pending: string,
    args: Record<string, string> = {}
  ): Promise<void> {
    await this._tell(model, pending, () =>
      model.monitor.act(action, { folder, ...args })
    );
  }

  private async _tell(
    model: RuntimeModel,
    pending: string,
    ask: () => Promise<IActionAnswer>
  ): Promise<void> {
    // A kernel that is not watched cannot be asked: its notebook may be behind
    // another one, or get there before the answer comes.
    const watched = model.show();
    const settled = ask().catch((reason: unknown): IActionAnswer => ({
      ok: false,
      text: reason instanceof Error ? reason.message : String(reason)
    }));
    // What came of it is to be seen as well.
    void settled
      .then(() => model.monitor.refresh())
      .finally(() => watched.dispose());
    // A notification is drawn a while after it was made, and an update before
    // that is lost: what is answered at once is said at once, without one.
    const atOnce = await Promise.race([settled, wait(QUICK)]);
    if (atOnce) {
      const { message, options, type } = answerNotice(atOnce, this._trans);
      Notification.emit(message, type, options);
      return;
    }
    const id = Notification.emit(pending, 'in-progress', { autoClose: false });
    const [answer] = await Promise.all([settled, wait(DRAWN)]);
    const { message, options, type } = answerNotice(answer, this._trans);
    Notification.update({ id, message, type, ...options });
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise(resolve => window.setTimeout(resolve, milliseconds));
}

/** Characters of a message that JupyterLab shows; it has no way to the rest. */
const SHOWN = 140;

/** What a notification shows of an answer, and how. */
interface IAnswerNotice {
  message: string;
  type: Notification.TypeOptions;
  options: Pick<Notification.IOptions<null>, 'actions' | 'autoClose'>;
}

/**
 * The notification of what came of a request. It stays until it is closed when
 * something went wrong; a long answer can be read as a whole in a dialog.
 */
function answerNotice(
  { ok, text }: IActionAnswer,
  trans: TranslationBundle
): IAnswerNotice {
  const actions = [
    {
      label: trans.__('Show full message'),
      callback: () => void showAll(text, trans)
    }
  ];
  return {
    message: text,
    type: ok === null ? 'warning' : ok ? 'success' : 'error',
    options: {
      autoClose: ok ? 6000 : false,
      ...(text.length > SHOWN ? { actions } : {})
    }
  };
}

async function showAll(text: string, trans: TranslationBundle): Promise<void> {
  const node = document.createElement('pre');
  node.className = 'jp-RuntimeKit-answer';
  node.textContent = text;
  // To be scrolled by keys.
  node.tabIndex = 0;
  await showDialog({
    title: trans.__('Kernel response'),
    body: new Widget({ node }),
    buttons: [Dialog.okButton()]
  });
}
