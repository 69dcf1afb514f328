import {
  Clipboard,
  Dialog,
  InputDialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IMonitor, IRun, ISample } from '../kernel/monitor';
import type { RuntimeModel } from './runtimeModel';
import { fileSize } from './words';

/** An answer within so many milliseconds needs no word that it is on its way. */
const QUICK = 300;

/** Milliseconds after which a notification is surely on screen. */
const DRAWN = 2000;

type Action = Parameters<IMonitor['act']>[0];

/**
 * What a user can do with runs and storage. Each ends with a word on what came
 * of it.
 */
export class RunActions {
  constructor(private _trans: TranslationBundle) {}

  /** Save now; confirmed by the committed step. */
  async checkpoint(model: RuntimeModel, run: IRun): Promise<void> {
    await this._tell(model, this._trans.__('Saving %1…', run.name), () =>
      model.monitor.checkpointNow(run.folder)
    );
  }

  /** Read all files of the run's newest step and compare their checksums. */
  async verify(model: RuntimeModel, run: IRun): Promise<void> {
    await this._act(
      model,
      'verify',
      run,
      this._trans.__('Verifying %1…', run.name)
    );
  }

  /** Write the newest step as one file that other programs read. */
  async export(model: RuntimeModel, run: IRun): Promise<void> {
    const trans = this._trans;
    const { button, value } = await InputDialog.getText({
      title: trans.__('Export run "%1"', run.name),
      label: trans.__(
        'File on the machine of the kernel, .safetensors or .pt:'
      ),
      text: `${run.name}-${run.step}.safetensors`,
      okLabel: trans.__('Export')
    });
    const out = value?.trim();
    if (button.accept && out) {
      await this._act(
        model,
        'export',
        run,
        trans.__('Exporting %1…', run.name),
        { out }
      );
    }
  }

  /** Delete a run, when the user says so twice. */
  async delete(model: RuntimeModel, run: IRun): Promise<void> {
    const trans = this._trans;
    const { button } = await showDialog({
      title: trans.__('Delete run "%1"?', run.name),
      body: trans.__(
        'All its checkpoints in %1 are deleted (%2). This cannot be undone.',
        run.folder,
        fileSize(trans, run.size)
      ),
      buttons: [
        Dialog.cancelButton(),
        Dialog.warnButton({ label: trans.__('Delete') })
      ],
      defaultButton: 0
    });
    if (button.accept) {
      await this._act(model, 'delete', run, trans.__('Deleting %1…', run.name));
    }
  }

  copyPath(run: IRun): void {
    Clipboard.copyToSystem(run.folder);
    Notification.info(this._trans.__('Copied %1', run.folder), {
      autoClose: 3000
    });
  }

  /** Bring what was written to the storage, or connect it anew. */
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
    ask: () => Promise<{ ok: boolean; text: string }>
  ): Promise<void> {
    // A kernel that is not watched cannot be asked: its notebook may be behind
    // another one, or get there before the answer comes.
    const watched = model.show();
    const settled = ask().catch((reason: unknown) => ({
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
      Notification.emit(atOnce.text, atOnce.ok ? 'success' : 'error', {
        autoClose: atOnce.ok ? 6000 : false
      });
      return;
    }
    const id = Notification.emit(pending, 'in-progress', { autoClose: false });
    const [{ ok, text }] = await Promise.all([settled, wait(DRAWN)]);
    Notification.update({
      id,
      message: text,
      type: ok ? 'success' : 'error',
      autoClose: ok ? 6000 : false
    });
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise(resolve => window.setTimeout(resolve, milliseconds));
}
