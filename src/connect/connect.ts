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
import type { Answers } from './forms';
import {
  DriveClientForm,
  DriveScopeForm,
  KindForm,
  QuestionForm
} from './forms';

/** Where rclone asks for what another machine's browser gave. */
const TOKEN = 'config_token';
/** Two in plain words, and the token. */
const DRIVE_QUESTIONS = 3;

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
      const known = step && (await this._askInPlainWords());
      if (!step || !known || !(await this._answerAll(step, known))) {
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

  /**
   * What a person can answer about Drive, before rclone asks for the rest.
   *
   * @returns null where the user gave up; nothing for other kinds, about which
   * rclone asks itself.
   */
  private async _askInPlainWords(): Promise<Answers | null> {
    if (this._type !== 'drive') {
      return {};
    }
    const trans = this._trans;
    const scope = await this._show(this._title(1), new DriveScopeForm(trans));
    const client =
      scope && (await this._show(this._title(2), new DriveClientForm(trans)));
    return client && { ...scope, ...client };
  }

  /** @param number - Which of the questions about Drive it is; 0 for others. */
  private _title(number: number): string {
    return number > 0
      ? this._trans.__(
          'Connect a Remote: %1 (%2 of %3)',
          this._name,
          number,
          DRIVE_QUESTIONS
        )
      : this._trans.__('Connect a Remote: %1', this._name);
  }

  /**
   * An answer that needs no dialog: what the user said before, and for Drive what
   * rclone takes by itself, except for the token.
   */
  private _answerTo(question: IQuestion, known: Answers): string | undefined {
    const { name, required } = question;
    const value = known[name] ?? question.default;
    const isOpen = this._type !== 'drive' || name === TOKEN;
    return isOpen || (required && !value) ? undefined : value;
  }

  /** @returns whether all questions were answered. */
  private async _answerAll(first: IStep, known: Answers): Promise<boolean> {
    let step = first;
    let error = '';
    let asked = '';
    while (step.question) {
      const { question } = step;
      // The same question once more: the answer was refused.
      const ready =
        question.name === asked ? undefined : this._answerTo(question, known);
      asked = question.name;
      const title = this._title(question.name === TOKEN ? DRIVE_QUESTIONS : 0);
      const form = new QuestionForm(question, this._note(question), error);
      const value = ready ?? (await this._show(title, form));
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
    return name === TOKEN
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
