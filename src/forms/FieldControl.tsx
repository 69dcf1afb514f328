import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { fieldChoices, IField } from './field';

/** Properties of the control. */
interface IControlProps {
  field: IField;
  id: string;
  text: string;
  invalid: boolean;
  onChange: (text: string) => void;
  trans: TranslationBundle;
}

/**
 * The input that fits a field: check box, list, list with input, calendar,
 * slider beside a number, or a line of text (several where the text has them).
 */
export function FieldControl(props: IControlProps): React.JSX.Element {
  const { field, id, text, onChange } = props;
  const { type, allowInput } = field.rules;
  const choices = fieldChoices(field);
  const common = {
    id,
    className: 'jp-mod-styled',
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
        onChange={event => onChange(event.target.checked ? 'True' : 'False')}
      />
    );
  }
  if (choices && !allowInput && (!field.isCode || choices.includes(text))) {
    // What the cell has now stays to be chosen although it is not in the list.
    const all = choices.includes(field.text)
      ? choices
      : [field.text, ...choices];
    return (
      <select {...common}>
        {all.map(choice => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  }
  if (field.isDate && /^\d{4}-\d\d-\d\d$/.test(field.text)) {
    return <input {...common} type="date" required />;
  }
  if (field.text.includes('\n')) {
    return <textarea {...common} rows={4} spellCheck={false} />;
  }
  const line = (
    <input
      {...common}
      autoComplete="off"
      placeholder={type === 'string' ? props.trans.__('empty') : undefined}
      spellCheck={false}
      list={choices ? `${id}-choices` : undefined}
    />
  );
  if (choices) {
    return (
      <>
        {line}
        <datalist id={`${id}-choices`}>
          {choices.map(choice => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      </>
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
        onChange={event => props.onChange(event.target.value)}
      />
      {props.children}
    </div>
  );
}
