import type { TranslationBundle } from '@jupyterlab/translation';

import type { KernelWatch } from './kernelWatch';
import type {
  IActionAnswer,
  ICheckpointAnswer,
  ISample,
  MonitorAction
} from './monitor';
import type { IAnswered } from './monitorProtocol';
import { answerText } from './answerText';
import { type End, failureText, endText, type NoAnswer } from './actionErrors';

/** Milliseconds until a step has to be committed. */
const PATIENCE = 600_000;
/** Milliseconds for an action, which may read a large run. */
const ACTION = 3_600_000;

/** Where a request goes. */
export interface IActionKernel {
  watch: KernelWatch | null;
  /** Resolves when the notebook is closed, which nothing answers after. */
  closed: Promise<void>;
  trans: TranslationBundle;
}

/** Who waits for a checkpoint of a run. */
interface IWaiting {
  folder: string;
  since: number;
  trans: TranslationBundle;
  settle(answer: ICheckpointAnswer): void;
}

/** Requests for checkpoints that are not confirmed yet. */
export class CheckpointRequests {
  /**
   * Ask for a checkpoint; the answer comes with the committed step.
   *
   * An idle kernel saves at once. In a busy one the training loop does it at its
   * next boundary, and a sample shows the committed step.
   */
  async ask(kernel: IActionKernel, run: string): Promise<ICheckpointAnswer> {
    const { trans, watch } = kernel;
    const question = (inSubshell: boolean): Promise<Answered> =>
      request(kernel, 'checkpoint', [run, inSubshell], inSubshell, PATIENCE);
    let reply = await question(watch?.isBusy === true);
    if (reply.kind === 'value' && reply.value.ended && !watch?.isBusy) {
      reply = await question(false);
    }
    if (reply.kind !== 'value') {
      return { ...noAnswer(reply, trans), step: null };
    }
    const { ok, step, folder, since } = reply.value;
    if (ok && folder !== undefined && since !== undefined) {
      return this._wait(folder, since, trans);
    }
    return ok && typeof step === 'number'
      ? { ok, step, text: trans.__('Checkpoint saved at step %1.', step) }
      : { ok: ok === true, step: null, text: answerText(reply.value, trans) };
  }

  /** See what of it is there now. */
  onSample(sample: ISample): void {
    for (const { folder, since, trans, settle } of [...this._waiting]) {
      const run = sample.runs.find(each => each.folder === folder);
      const step = run?.committed ?? null;
      if (step !== null && (run?.saved ?? 0) >= since) {
        settle({
          ok: true,
          step,
          text: trans.__('Checkpoint saved at step %1.', step)
        });
      } else if (run?.failed && (run.failed_at ?? Infinity) >= since) {
        const text = trans.__(
          "Can't save the checkpoint. See the cell's output."
        );
        settle({ ok: false, step, text });
      } else if (!sample.busy) {
        const text = trans.__(
          'The cell finished before the checkpoint could be saved.'
        );
        settle({ ok: false, step, text });
      }
    }
  }

  /** Nothing is heard of them any more. */
  giveUp(end: End): void {
    for (const { trans, settle } of [...this._waiting]) {
      const ok = end === 'ended' ? false : null;
      settle({ ok, step: null, text: endText(end, trans) });
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
        'Requested. The checkpoint will be saved when the current step finishes.'
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
 * Have the kernel do something with a run or with the storage; over a
 * subshell where that is possible, so that the user's next cell does not wait.
 */
export async function act(
  kernel: IActionKernel,
  action: MonitorAction,
  args: Record<string, string>
): Promise<IActionAnswer> {
  const { trans, watch } = kernel;
  const inSubshell =
    watch !== null && (watch.isBusy || watch.channel.reachesSubshell);
  const call = [action, args, inSubshell];
  const reply = await request(kernel, 'act', call, inSubshell, ACTION);
  if (watch) {
    watch.channel.isStale = true;
  }
  if (reply.kind !== 'value') {
    return noAnswer(reply, trans);
  }
  return { ok: reply.value.ok === true, text: answerText(reply.value, trans) };
}

type Answered = { kind: 'value'; value: IAnswered } | NoAnswer;

async function request(
  { closed, watch }: IActionKernel,
  name: string,
  args: readonly unknown[],
  inSubshell: boolean,
  timeout: number
): Promise<Answered> {
  if (!watch || watch.isDisposed) {
    return { kind: 'gone' };
  }
  return Promise.race<Answered>([
    watch.channel.ask(name, args, inSubshell, timeout),
    closed.then(() => ({ kind: 'closed' }))
  ]);
}

function noAnswer(reply: NoAnswer, trans: TranslationBundle): IActionAnswer {
  // A kernel whose notebook was closed does what it was asked for.
  const ok = reply.kind === 'closed' ? null : false;
  return { ok, text: failureText(reply, trans) };
}
