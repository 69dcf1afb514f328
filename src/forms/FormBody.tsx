/*
 * Room forms: Fields for the parameters of a cell, in dialogs and in the notebook.
 * May import tokens.ts, insert, library, notebook, snippets, ui.
 */

import type { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';
import React from 'react';

import type { ParameterValue } from '../snippets';
import { fieldProblem, IField, readField } from './field';
import { FormField } from './FormField';
import { RenderedBody } from '../ui/RenderedBody';

/** Values by the key of their fields: those that the user changed. */
export type FormValues = ReadonlyMap<string, ParameterValue>;

/**
 * The fields of a form, as the body of a dialog.
 */
export class FormBody
  extends RenderedBody
  implements Dialog.IBodyWidget<FormValues>
{
  constructor(private _options: FormBody.IOptions) {
    super();
    this.addClass('jp-RuntimeKit-form');
  }

  getValue(): FormValues {
    return new Map(
      this._changed().map(([field, text]) => [
        field.key,
        readField(field, text)
      ])
    );
  }

  /**
   * Whether all fields fit. If not, each says so and the first has the focus.
   */
  validate(): boolean {
    const { trans } = this._options;
    const bad = this._changed().find(([field, text]) =>
      fieldProblem(field, text, trans)
    );
    if (!bad) {
      return true;
    }
    this._sent = true;
    this.update();
    this.node
      .querySelector<HTMLElement>(`#${CSS.escape(this._idOf(bad[0]))}`)
      ?.focus();
    return false;
  }

  protected renderContent(): React.JSX.Element {
    const { fields, trans, description, remarks = [] } = this._options;
    return (
      <>
        {description && <p>{description}</p>}
        {fields.map(field => (
          <FormField
            key={field.key}
            field={field}
            id={this._idOf(field)}
            sent={this._sent}
            trans={trans}
            onChange={text => this._texts.set(field.key, text)}
          />
        ))}
        {remarks.map(remark => (
          <p key={remark} className="jp-RuntimeKit-note">
            {remark}
          </p>
        ))}
      </>
    );
  }

  private _changed(): [IField, string][] {
    return this._options.fields
      .map((field): [IField, string] => [
        field,
        this._texts.get(field.key) ?? field.text
      ])
      .filter(([field, text]) => text !== field.text);
  }

  private _idOf(field: IField): string {
    return `${this._base}-${field.key}`;
  }

  private _base = `jp-RuntimeKit-form-${UUID.uuid4()}`;
  private _sent = false;
  private _texts = new Map<string, string>();
}

export namespace FormBody {
  /** What a form consists of. */
  export interface IOptions {
    fields: readonly IField[];
    description?: string;
    /** Lines below the fields. */
    remarks?: readonly string[];
    trans: TranslationBundle;
  }
}
