/*
 * Room connect: The dialog that connects a remote where the kernel runs.
 * May import tokens.ts, kernel, ui.
 */

import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

import type { ISecretKernel } from '../kernel/transport/stdinSecret';
import type { IQuestion, IStep } from '../kernel/queries/remotes';
import { RemoteError, RemoteMaker } from '../kernel/queries/remotes';
import { KindForm, QuestionForm } from './forms';

/** A form of which the dialog gives the value. */
type Form<T> = Widget & Dialog.IBodyWidget<T>;

/**
 * Connect a remote: rclone asks, a dialog shows each question, and what the
 * user answers goes to rclone's configuration only.
 */
export class RemoteDialog {
  constructor(
    kernel: ISecretKernel,
    private _trans: TranslationBundle
  ) {
    this._maker = new RemoteMaker(kernel);
  }

  /**
   * @returns the name of the remote; null where the user gave up or it failed,
   * which they were told.
   */
  async run(): Promise<string | null> {
    let draft = '';
    try {
      const step = await this._begin();
      draft = step?.draft ?? '';
      if (!step || !(await this._answerAll(step))) {
        return null;
      }
      const saved = await this._maker.save(draft);
      draft = '';
      this._tell(saved.works, saved.reason);
      return this._name;
    } catch (reason) {
      Notification.error(this._words(reason), { autoClose: false });
      return null;
    } finally {
      if (draft) {
        void this._maker.cancel(draft).catch(() => undefined);
      }
    }
  }

  private async _begin(): Promise<IStep | null> {
    const { kinds } = await this._maker.describe();
    let initial = { name: 'drive', type: 'drive' };
    let error = '';
    for (;;) {
      const title = this._trans.__('Connect a Remote');
      const form = new KindForm(kinds, initial, error, this._trans);
      const value = await this._show(title, form);
      if (!value) {
        return null;
      }
      initial = value;
      try {
        const step = await this._maker.begin(value.name, value.type);
        [this._name, this._type] = [value.name, value.type];
        return step;
      } catch (reason) {
        error = this._refusal(reason);
      }
    }
  }

  /** @returns whether all questions were answered. */
  private async _answerAll(first: IStep): Promise<boolean> {
    let step = first;
    let error = '';
    while (step.question) {
      const { question } = step;
      const title = this._trans.__('Connect a Remote: %1', this._name);
      const form = new QuestionForm(question, this._note(question), error);
      const value = await this._show(title, form);
      if (value === null) {
        return false;
      }
      if (question.required && !value) {
        error = this._trans.__('Enter a value.');
        continue;
      }
      try {
        step = await this._maker.answer(step, value);
        error = step.error;
      } catch (reason) {
        error = this._refusal(reason);
      }
    }
    return true;
  }

  /** What rclone's own words do not say about Drive. */
  private _note({ name }: IQuestion): string {
    if (this._type !== 'drive') {
      return '';
    }
    return name === 'client_id'
      ? this._trans.__(
          'Create your own client ID: the one shared by all rclone users is slow and will be retired in 2026. At console.cloud.google.com, create a project, enable the Google Drive API and publish the consent screen (in "Testing", access ends after a week). Then choose Credentials > OAuth client ID > Desktop app.'
        )
      : name === 'config_token'
        ? this._trans.__(
            'This machine needs no browser. Run the command below on any machine with a browser and rclone, then paste its output here.'
          )
        : '';
  }

  private async _show<T>(title: string, body: Form<T>): Promise<T | null> {
    const result = await showDialog({
      title,
      body,
      focusNodeSelector: 'input, select',
      buttons: [
        Dialog.cancelButton({ label: this._trans.__('Cancel') }),
        Dialog.okButton({ label: this._trans.__('Next') })
      ]
    });
    return result.button.accept ? (result.value as T) : null;
  }

  private _tell(works: boolean, reason: string): void {
    if (works) {
      Notification.success(
        this._trans.__('Remote "%1" connected.', this._name),
        { autoClose: 6000 }
      );
    } else {
      Notification.warning(
        this._trans.__(
          'Remote "%1" was saved, but can\'t be reached: %2',
          this._name,
          reason
        ),
        { autoClose: false }
      );
    }
  }

  /** The words for the form; what no other answer can put right is thrown. */
  private _refusal(reason: unknown): string {
    if (reason instanceof RemoteError && reason.kind === 'refused') {
      return reason.message;
    }
    throw reason;
  }

  private _words(reason: unknown): string {
    if (reason instanceof RemoteError && reason.kind === 'refused') {
      return reason.message;
    }
    return reason instanceof RemoteError && reason.kind === 'busy'
      ? this._trans.__(
          'The kernel is busy. Wait until it is idle, then try again.'
        )
      : this._trans.__("The kernel didn't respond. Try again.");
  }

  private _maker: RemoteMaker;
  private _name = '';
  private _type = '';
}
