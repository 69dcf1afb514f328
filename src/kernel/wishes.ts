import type { TranslationBundle } from '@jupyterlab/translation';

import type { KernelWatch } from './kernelWatch';
import type {
  IActionAnswer,
  ICheckpointAnswer,
  ISample,
  MonitorAction
} from './monitor';
import type { Reply } from './monitorProtocol';

/** Milliseconds until a step has to be committed. */
const PATIENCE = 600_000;
/** Milliseconds for an action, which may read a large run. */
const ACTION = 3_600_000;

/** Who waits for a checkpoint of a run. */
interface IWaiting {
  folder: string;
  since: number;
  trans: TranslationBundle;
  settle(answer: ICheckpointAnswer): void;
}

/** Wishes for checkpoints that are on their way. */
export class CheckpointRequests {
  /**
   * Ask for a checkpoint; the answer comes with the committed step.
   *
   * An idle kernel saves at once. In a busy one the training loop does it at its
   * next boundary, and a sample shows the committed step.
   */
  async ask(
    watch: KernelWatch | null,
    run: string,
    trans: TranslationBundle
  ): Promise<ICheckpointAnswer> {
    const beside = watch?.isBusy === true;
    const args = [run, beside];
    const reply = await wish(watch, 'checkpoint', args, beside, PATIENCE);
    if (reply.kind !== 'value') {
      return { ok: false, step: null, text: failure(reply, trans) };
    }
    const { ok, step, text, folder, since } = reply.value;
    if (ok && folder !== undefined && since !== undefined) {
      return this._wait(folder, since, trans);
    }
    return { ok: ok === true, step: step ?? null, text: text ?? '' };
  }

  /** See what of it is there now. */
  onSample(sample: ISample): void {
    for (const { folder, since, trans, settle } of [...this._waiting]) {
      const run = sample.runs.find(each => each.folder === folder);
      const step = run?.committed ?? null;
      if (step !== null && (run?.saved ?? 0) >= since) {
        settle({ ok: true, step, text: trans.__('Step %1 is saved.', step) });
      } else if (run?.failed) {
        const text = trans.__('It could not be saved; the cell says why.');
        settle({ ok: false, step, text });
      } else if (!sample.busy) {
        const text = trans.__('The cell ended before a step could be saved.');
        settle({ ok: false, step, text });
      }
    }
  }

  /** The kernel is not watched any more. */
  giveUp(): void {
    for (const { trans, settle } of [...this._waiting]) {
      const text = trans.__('The kernel ended before a step was saved.');
      settle({ ok: false, step: null, text });
    }
  }

  private async _wait(
    folder: string,
    since: number,
    trans: TranslationBundle
  ): Promise<ICheckpointAnswer> {
    return new Promise<ICheckpointAnswer>(resolve => {
      const settle = (answer: ICheckpointAnswer): void => {
        window.clearTimeout(timer);
        this._waiting.delete(waiting);
        resolve(answer);
      };
      const waiting: IWaiting = { folder, since, trans, settle };
      const text = trans.__(
        'Asked for, but no step has ended since; it is saved when one does.'
      );
      const timer = window.setTimeout(
        () => settle({ ok: false, step: null, text }),
        PATIENCE
      );
      this._waiting.add(waiting);
    });
  }

  private _waiting = new Set<IWaiting>();
}

/**
 * Have the kernel do something with a run or with the storage; beside the main
 * shell where that is possible, so that the user's next cell does not wait.
 */
export async function act(
  watch: KernelWatch | null,
  action: MonitorAction,
  args: Record<string, string>,
  trans: TranslationBundle
): Promise<IActionAnswer> {
  const beside =
    watch !== null && (watch.isBusy || watch.channel.reachesBeside);
  const reply = await wish(
    watch,
    'act',
    [action, args, beside],
    beside,
    ACTION
  );
  if (watch) {
    watch.channel.isStale = true;
  }
  if (reply.kind !== 'value') {
    return { ok: false, text: failure(reply, trans) };
  }
  return { ok: reply.value.ok === true, text: reply.value.text ?? '' };
}

async function wish(
  watch: KernelWatch | null,
  name: string,
  args: readonly unknown[],
  beside: boolean,
  timeout: number
): Promise<Reply> {
  if (!watch || watch.isDisposed) {
    return { kind: 'gone' };
  }
  return watch.channel.ask(name, args, beside, timeout);
}

function failure(
  reply: Exclude<Reply, { kind: 'value' }>,
  trans: TranslationBundle
): string {
  switch (reply.kind) {
    case 'busy':
      return trans.__(
        'A cell is running, and this kernel cannot be reached before it ends.'
      );
    case 'gone':
      return trans.__('There is no kernel.');
    case 'restarted':
      return trans.__('The kernel was restarted meanwhile.');
    case 'aborted':
    case 'timeout':
      return trans.__('The kernel did not answer.');
    case 'error':
      return trans.__('The kernel answered: %1', reply.message);
  }
}
