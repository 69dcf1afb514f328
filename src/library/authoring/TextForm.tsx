import type { Dialog } from '@jupyterlab/apputils';
import { UUID } from '@lumino/coreutils';
import React from 'react';

import { RenderedBody } from '../../ui/RenderedBody';

/** Texts by the key of their fields. */
export type Texts<K extends string> = Record<K, string>;

/**
 * A form of plain texts that fit or do not fit together, as a dialog's body.
 */
export class TextForm<K extends string>
  extends RenderedBody
  implements Dialog.IBodyWidget<Texts<K>>
{
  constructor(private _options: TextForm.IOptions<K>) {
    super();
    this.addClass('jp-RuntimeKit-form');
    this._texts = Object.fromEntries(
      _options.fields.map(({ key, text }) => [key, text])
    ) as Texts<K>;
  }

  getValue(): Texts<K> {
    return { ...this._texts };
  }

  /** Whether the texts fit. If not, the first bad field has the focus. */
  validate(): boolean {
    this._problems = this._options.check(this._texts);
    this.update();
    const bad = this._options.fields.find(({ key }) => this._problems[key]);
    if (bad) {
      document.getElementById(this._idOf(bad.key))?.focus();
    }
    return !bad;
  }

  protected renderContent(): React.JSX.Element {
    return (
      <>
        {this._options.description && <p>{this._options.description}</p>}
        {this._options.fields.map(field => this._renderField(field))}
      </>
    );
  }

  private _renderField(field: TextForm.IField<K>): React.JSX.Element {
    const { key, label, lines } = field;
    const id = this._idOf(key);
    const problem = this._problems[key];
    // Not controlled: this widget renders later than the input changes.
    const common = {
      id,
      className: 'jp-mod-styled',
      defaultValue: field.text,
      spellCheck: !lines,
      'aria-invalid': Boolean(problem),
      'aria-describedby': `${id}-help`,
      onChange: (
        event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>
      ) => {
        this._texts[key] = event.target.value;
      }
    };
    return (
      <div
        key={key}
        className={`jp-RuntimeKit-formField${lines ? ' jp-mod-wide' : ''}`}
      >
        <label htmlFor={id}>{label}</label>
        {lines ? (
          <textarea {...common} rows={lines} />
        ) : (
          <input {...common} autoComplete="off" />
        )}
        <p
          id={`${id}-help`}
          className={problem ? 'jp-RuntimeKit-problem' : 'jp-RuntimeKit-note'}
          role={problem ? 'alert' : undefined}
        >
          {problem || field.note}
        </p>
      </div>
    );
  }

  private _idOf(key: K): string {
    return `${this._base}-${key}`;
  }

  private _base = `jp-RuntimeKit-text-${UUID.uuid4()}`;
  private _problems: Partial<Record<K, string>> = {};
  private _texts: Texts<K>;
}

export namespace TextForm {
  /** One text. */
  export interface IField<K extends string> {
    key: K;
    label: string;
    text: string;
    note?: string;
    /** Height of a text of several lines. */
    lines?: number;
  }

  /** What a form consists of. */
  export interface IOptions<K extends string> {
    description?: string;
    fields: readonly IField<K>[];
    /** What is wrong, by field. */
    check: (texts: Texts<K>) => Partial<Record<K, string>>;
  }
}
