import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownEmptyIcon } from '@jupyterlab/ui-components';
import React from 'react';

import { fieldChoices, IField } from './field';

/** Properties of the control. */
interface IControlProps {
  field: IField;
  id: string;
  text: string;
  invalid: boolean;
  disabled?: boolean;
  onChange: (text: string) => void;
  /** The value is chosen or confirmed, not only typed. */
  onDone?: () => void;
  trans: TranslationBundle;
}

/**
 * The input that fits a field: check box, list, list with input, calendar,
 * slider beside a number, or a line of text (several where the text has them).
 */
export function FieldControl(props: IControlProps): React.JSX.Element {
  const { field, id, text, onChange, onDone, disabled } = props;
  const { type, allowInput } = field.rules;
  const choices = fieldChoices(field);
  const empty = props.trans.__('empty');
  const common = {
    id,
    className: field.isCode
      ? 'jp-mod-styled jp-RuntimeKit-code'
      : 'jp-mod-styled',
    disabled,
    'aria-invalid': props.invalid,
    'aria-describedby': field.above ? `${id}-above ${id}-help` : `${id}-help`,
    value: text,
    onChange: (
      event: React.ChangeEvent<
        HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement
      >
    ) => onChange(event.target.value)
  };
  if (type === 'boolean' && !field.rules.choices) {
    return (
      <input
        {...common}
        className=""
        type="checkbox"
        checked={text === 'True'}
        onChange={event => {
          onChange(event.target.checked ? 'True' : 'False');
          onDone?.();
        }}
      />
    );
  }
  if (choices && !allowInput && (!field.isCode || choices.includes(text))) {
    // What the cell has now stays to be chosen although it is not in the list.
    const all = choices.includes(field.text)
      ? choices
      : [field.text, ...choices];
    return (
      <div className="jp-RuntimeKit-select">
        <select
          {...common}
          onChange={event => {
            onChange(event.target.value);
            onDone?.();
          }}
        >
          {all.map(choice => (
            <option key={choice} value={choice}>
              {choice || empty}
            </option>
          ))}
        </select>
        <caretDownEmptyIcon.react tag="span" className="jp-icon-selectable" />
      </div>
    );
  }
  if (field.isDate && /^(?:\d{4}-\d\d-\d\d)?$/.test(field.text)) {
    return <input {...common} type="date" required={field.text !== ''} />;
  }
  if (field.text.includes('\n')) {
    return <textarea {...common} rows={4} spellCheck={false} />;
  }
  const line = (
    <input
      {...common}
      autoComplete="off"
      placeholder={field.placeholder ?? (type === 'string' ? empty : undefined)}
      spellCheck={false}
      onKeyDown={event => {
        if (event.key === 'Enter') {
          onDone?.();
        }
      }}
    />
  );
  if (choices) {
    // Not a datalist: it offers only what begins like the text that is there.
    return (
      <div className="jp-RuntimeKit-select">
        {line}
        <caretDownEmptyIcon.react tag="span" className="jp-icon-selectable" />
        <select
          aria-label={props.trans.__('%1, choices', field.rules.name)}
          disabled={disabled}
          value={text}
          onChange={event => {
            onChange(event.target.value);
            onDone?.();
          }}
        >
          {!choices.includes(text) && <option hidden value={text} />}
          {choices.map(choice => (
            <option key={choice} value={choice}>
              {choice || empty}
            </option>
          ))}
        </select>
      </div>
    );
  }
  return isSlider(field) ? <Slider {...props}>{line}</Slider> : line;
}

function isSlider({ rules: { type, min, max } }: IField): boolean {
  return (
    (type === 'number' || type === 'integer') &&
    min !== undefined &&
    max !== undefined
  );
}

/** A slider in front of the input that has the exact value. */
function Slider(
  props: IControlProps & { children: React.ReactNode }
): React.JSX.Element {
  const { field, text, trans } = props;
  const { name, type, min, max, step } = field.rules;
  return (
    <div className="jp-RuntimeKit-slider">
      <input
        type="range"
        aria-label={trans.__('%1, slider', name)}
        min={min}
        max={max}
        step={step ?? (type === 'integer' ? 1 : 'any')}
        value={Number.isFinite(Number(text)) ? Number(text) : min}
        disabled={props.disabled}
        onChange={event => props.onChange(event.target.value)}
        onPointerUp={props.onDone}
        onKeyUp={props.onDone}
      />
      {props.children}
    </div>
  );
}
