import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { FieldControl } from './FieldControl';
import { fieldProblem, IField } from './field';

/**
 * A field with its label, and below it what is wrong or worth knowing.
 *
 * What is wrong is said when the field is left or the form is sent, not while
 * the user types.
 */
export function FormField(props: FormField.IProps): React.JSX.Element {
  const { field, id, trans } = props;
  const [text, setText] = React.useState(field.text);
  const [left, setLeft] = React.useState(false);
  const problem =
    text !== field.text && (left || props.sent)
      ? fieldProblem(field, text, trans)
      : '';
  return (
    <div className="jp-RuntimeKit-formField" onBlur={() => setLeft(true)}>
      {field.above && (
        <p
          id={`${id}-above`}
          className="jp-RuntimeKit-note jp-RuntimeKit-above"
        >
          {field.above}
        </p>
      )}
      <label htmlFor={id}>{field.rules.name}</label>
      <FieldControl
        field={field}
        id={id}
        text={text}
        invalid={problem !== ''}
        trans={trans}
        onChange={changed => {
          setText(changed);
          props.onChange(changed);
        }}
      />
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

export namespace FormField {
  /** Properties of a field. */
  export interface IProps {
    field: IField;
    /** Id of its input in the page. */
    id: string;
    /** Whether the user tried to send the form. */
    sent: boolean;
    onChange: (text: string) => void;
    trans: TranslationBundle;
  }
}
