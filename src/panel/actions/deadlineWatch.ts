import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';

import type { ISample } from '../../kernel/monitor/monitor';
import type { RunActions } from './runActions';
import type { RuntimeModel } from '../model/runtimeModel';
import { duration, shortened } from '../../ui/format';

/** Seconds by which a deadline has moved if it is said to be another one. */
const MOVED = 60;

/** The longest wait that browsers take, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/**
 * Warns once when a runtime is about to reach its limit, and offers to save. The
 * warning is dismissed when it is no longer true: a changed limit, a closed
 * notebook.
 *
 * It looks when a sample arrives and when the moment has come, not in between;
 * then also at a kernel that no view shows, for what is being trained there.
 */
export class DeadlineWatch {
  constructor(
    private _model: RuntimeModel,
    private _actions: RunActions,
    private _trans: TranslationBundle
  ) {
    _model.changed.connect(this._look, this);
    _model.disposed.connect(() => {
      this._clear();
      this._release();
      this._withdraw();
    });
  }

  /** The moment has come: with a sample, also where no view has one taken. */
  private _lookNow(): void {
    this._held ??= this._model.show();
    this._look();
  }

  private _look(): void {
    this._clear();
    const { sample } = this._model;
    if (sample) {
      this._judge(sample);
      this._release();
    }
  }

  private _judge({ kernel }: ISample): void {
    const { isOn, settings, time } = this._model;
    const { warnMinutes } = settings.values;
    if (time.left === null || warnMinutes <= 0 || !isOn) {
      this._withdraw();
      return;
    }
    const remaining = time.left - warnMinutes * 60;
    if (remaining > MOVED) {
      this._withdraw();
    }
    if (remaining > 0) {
      const wait = Math.min(remaining * 1000 + 500, LONGEST);
      this._timer = window.setTimeout(() => this._lookNow(), wait);
      return;
    }
    const { host, pid, started } = kernel;
    const deadline = `${host} ${pid} ${started} ${time.leftLimit?.seconds}`;
    if (this._warned !== deadline) {
      this._warn(time.left);
      this._warned = deadline;
    }
  }

  private _warn(left: number): void {
    const trans = this._trans;
    const live = this._model.sample?.runs?.filter(run => run.live) ?? [];
    const text =
      left > 0
        ? trans.__(
            '%1: this runtime ends in about %2.',
            shortened(this._model.name),
            duration(trans, left)
          )
        : trans.__(
            '%1: this runtime has reached its limit and may end at any time.',
            shortened(this._model.name)
          );
    this._withdraw();
    this._id = Notification.warning(text, {
      autoClose: false,
      actions: live.map(run => ({
        label: trans.__('Checkpoint %1 now', shortened(run.name)),
        displayType: 'accent' as const,
        callback: () => {
          void this._actions.checkpoint(this._model, run);
        }
      }))
    });
  }

  private _withdraw(): void {
    Notification.dismiss(this._id);
    this._id = '';
    this._warned = '';
  }

  private _clear(): void {
    window.clearTimeout(this._timer);
  }

  private _release(): void {
    this._held?.dispose();
    this._held = null;
  }

  private _held: IDisposable | null = null;
  private _id = '';
  private _timer = 0;
  private _warned = '';
}
