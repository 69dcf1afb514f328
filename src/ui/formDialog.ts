import { Dialog } from '@jupyterlab/apputils';

/** A dialog's body that can tell whether it may be sent. */
export interface IValidatedBody<T> extends Dialog.IBodyWidget<T> {
  validate(): boolean;
}

/**
 * Show a form until it is cancelled or fits.
 *
 * @returns null where it was cancelled.
 */
export async function showForm<T>(
  options: showForm.IOptions<T>
): Promise<{ value: T; isChecked: boolean } | null> {
  const { title, body, cancel, accept, checkbox = null } = options;
  const dialog = new ValidatedDialog<T>(body, {
    title,
    body,
    checkbox,
    buttons: [
      Dialog.cancelButton({ label: cancel }),
      Dialog.okButton({ label: accept })
    ],
    defaultButton: 1,
    focusNodeSelector: 'input, select, textarea'
  });
  const result = await dialog.launch();
  return result.button.accept
    ? { value: result.value as T, isChecked: result.isChecked === true }
    : null;
}

export namespace showForm {
  /** What the dialog shows. */
  export interface IOptions<T> {
    title: string;
    body: IValidatedBody<T>;
    /** Labels of the buttons. */
    cancel: string;
    accept: string;
    checkbox?: Partial<Dialog.ICheckbox> | null;
  }
}

/** Stays open while its body does not fit. */
class ValidatedDialog<T> extends Dialog<T> {
  constructor(
    private _form: IValidatedBody<T>,
    options: Partial<Dialog.IOptions<T>>
  ) {
    super(options);
    this.addClass('jp-RuntimeKit-dialog');
  }

  handleEvent(event: Event): void {
    if (event instanceof KeyboardEvent && event.key === 'Tab') {
      this._keepInside(event);
    }
    super.handleEvent(event);
  }

  resolve(index?: number): void {
    if (index === 0 || this._form.validate()) {
      super.resolve(index);
    }
  }

  /**
   * Tab behind the last field or button leads to the first, and back. The
   * dialog would look for its first one before React has rendered the fields.
   */
  private _keepInside(event: KeyboardEvent): void {
    const all = this.node.querySelectorAll<HTMLElement>(
      ':is(input, select, textarea, button):not(:disabled)'
    );
    const [first, last] = [all[0], all[all.length - 1]];
    const [end, next] = event.shiftKey ? [first, last] : [last, first];
    if (document.activeElement === end) {
      event.stopPropagation();
      event.preventDefault();
      next.focus();
    }
  }
}
