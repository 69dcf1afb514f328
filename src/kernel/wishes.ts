import type { TranslationBundle } from '@jupyterlab/translation';

import type { KernelWatch } from './kernelWatch';
import type {
  IActionAnswer,
  ICheckpointAnswer,
  MonitorAction
} from './monitor';
import type { IRunEvent, Reply } from './monitorChannel';

/** Milliseconds until a step has to be committed. */
const PATIENCE = 600_000;
/** Milliseconds for an action, which may read a large run. */
const ACTION = 600_000;

/** Who waits for a checkpoint of a run. */
interface IWaiting {
  folder: string;
  since: number;
  settle(answer: ICheckpointAnswer): void;
}

/** Wishes for checkpoints that are on their way. */
export class CheckpointRequests {
  /**
   * Ask for a checkpoint; the answer comes with the committed step.
   *
   * An idle kernel saves at once. In a busy one the training loop does it at its
   * next boundary, and an event tells when the step is committed.
   */
  async ask(
    watch: KernelWatch | null,
    run: string,
    trans: TranslationBundle
  ): Promise<ICheckpointAnswer> {
    const reply = await wish(watch, 'checkpoint', [run], PATIENCE);
    if (reply.kind !== 'value') {
      return { ok: false, step: null, text: failure(reply, trans) };
    }
    const { ok, step, text, folder, since } = reply.value;
    if (!ok || typeof folder !== 'string') {
      return { ok: ok === true, step: step ?? null, text: text ?? '' };
    }
    return this._wait(folder, since ?? 0, trans);
  }

  /** The kernel says that something happened to a run. */
  onEvent(event: IRunEvent): void {
    for (const waiting of [...this._waiting]) {
      if (event.folder !== waiting.folder || event.time < waiting.since) {
        continue;
      }
      if (event.event === 'saved' || event.event === 'failed') {
        const ok = event.event === 'saved';
        waiting.settle({ ok, step: ok ? event.step : null, text: event.text });
      }
    }
  }

  private async _wait(
    folder: string,
    since: number,
    trans: TranslationBundle
  ): Promise<ICheckpointAnswer> {
    let timer = 0;
    let waiting: IWaiting | null = null;
    try {
      return await new Promise<ICheckpointAnswer>(resolve => {
        waiting = { folder, since, settle: resolve };
        this._waiting.add(waiting);
        const text = trans.__(
          'Asked for, but no step has ended since; it is saved when one does.'
        );
        timer = window.setTimeout(
          () => resolve({ ok: false, step: null, text }),
          PATIENCE
        );
      });
    } finally {
      window.clearTimeout(timer);
      if (waiting) {
        this._waiting.delete(waiting);
      }
    }
  }

  private _waiting = new Set<IWaiting>();
}

/** Have the kernel do something with a run or with the storage. */
export async function act(
  watch: KernelWatch | null,
  action: MonitorAction,
  args: Record<string, string>,
  trans: TranslationBundle
): Promise<IActionAnswer> {
  const reply = await wish(watch, 'act', [action, args], ACTION);
  if (reply.kind !== 'value') {
    return { ok: false, text: failure(reply, trans) };
  }
  return { ok: reply.value.ok === true, text: reply.value.text ?? '' };
}

/** Ask an idle kernel as usual, and a busy one beside its cell. */
async function wish(
  watch: KernelWatch | null,
  name: string,
  args: readonly unknown[],
  timeout: number
): Promise<Reply> {
  if (!watch || watch.isDisposed) {
    return { kind: 'gone' };
  }
  const beside = watch.isBusy;
  return watch.channel.ask(name, [...args, beside], beside, timeout);
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
