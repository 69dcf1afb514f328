import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { IField } from '../field';
import { FieldControl } from '../FieldControl';
import type { IEntered } from './cellForm';

/** Properties of a field of a cell's form. */
interface ICellFieldProps {
  /** As the code has it now. */
  field: IField;
  /** The right-hand side in the code now. */
  code: string;
  id: string;
  editable: boolean;
  /** Puts a text into the code. */
  onEnter: (text: string) => IEntered;
  /** The user is done with it. */
  onLeave: () => void;
  trans: TranslationBundle;
}

/** What the user typed, and the code that it belongs to. */
interface IDraft extends IEntered {
  text: string;
}

/**
 * A field that shows what the code says, and changes it as the user types.
 *
 * What was typed stays as it is until the field is left (`1.50` for 1.5), unless
 * the code is changed from elsewhere. What does not fit is not written; the
 * reason is said when the field is left.
 */
export function CellField(props: ICellFieldProps): React.JSX.Element {
  const { field, code, id, trans } = props;
  const [draft, setDraft] = React.useState<IDraft | null>(null);
  // The kind of control stays while the user is in it.
  const [entered, setEntered] = React.useState<IField | null>(null);
  const [isLeft, setLeft] = React.useState(false);
  const current = draft?.code === code ? draft : null;
  const text = current ? current.text : field.text;
  const problem = current && isLeft ? current.problem : '';
  const note = problem || field.note;
  return (
    <div
      className="jp-RuntimeKit-formField"
      onFocus={() => {
        setEntered(entered ?? field);
        setLeft(false);
      }}
      onBlur={event => {
        if (!event.currentTarget.contains(event.relatedTarget)) {
          setEntered(null);
          setLeft(true);
          setDraft(current?.problem ? current : null);
          props.onLeave();
        }
      }}
    >
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
        field={entered ?? field}
        id={id}
        text={text}
        invalid={problem !== ''}
        disabled={!props.editable}
        trans={trans}
        onChange={changed =>
          setDraft({ text: changed, ...props.onEnter(changed) })
        }
        onDone={props.onLeave}
      />
      <p
        id={`${id}-help`}
        hidden={!note}
        className={problem ? 'jp-RuntimeKit-problem' : 'jp-RuntimeKit-note'}
        role={problem ? 'alert' : undefined}
      >
        {note}
      </p>
    </div>
  );
}
