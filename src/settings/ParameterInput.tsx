import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { translateError } from '../ui/translateMessage';
import type { IParameter, ParameterValue } from '../snippets';
import { choicesOf, fromText, toText } from '../forms/parameterText';

interface IProps {
  /** Id of the snippet. */
  snippet: string;
  parameter: IParameter;
  /** The value set by the user; undefined for the default. */
  value: unknown;
  /** Called with a fitting value, or undefined for the default. */
  onChange: (value: ParameterValue | undefined) => void;
  trans: TranslationBundle;
}

/**
 * One parameter: its name, an input that fits its type, and a way back to the
 * default.
 *
 * A text that is not a fitting value is kept in the input with the reason
 * below, and not passed on.
 */
export function ParameterInput(props: IProps): React.JSX.Element {
  const { parameter, value, trans, onChange } = props;
  const { name } = parameter;
  const id = `jp-RuntimeKit-parameter-${props.snippet}-${name}`;
  const [draft, setDraft] = React.useState<string | null>(null);
  const [problem, setProblem] = React.useState('');
  const shown = draft ?? (value === undefined ? '' : toText(parameter, value));
  const enter = (text: string): void => {
    try {
      onChange(text === '' ? undefined : fromText(parameter, text));
      setDraft(null);
      setProblem('');
    } catch (error) {
      setDraft(text);
      setProblem(translateError(error, trans));
    }
  };
  const choices = choicesOf(parameter);
  const standardText = toText(parameter, parameter.default);
  const standard =
    standardText === ''
      ? trans.__('Default: empty')
      : trans.__('Default: %1', standardText);
  return (
    <div className="jp-RuntimeKit-parameter">
      <label htmlFor={id}>{name}</label>
      {choices && !parameter.allowInput ? (
        <select
          id={id}
          className="jp-mod-styled"
          value={shown}
          onChange={event => enter(event.target.value)}
        >
          <option value="">{standard}</option>
          {choices.map(choice => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          className="jp-mod-styled"
          list={choices ? `${id}-choices` : undefined}
          value={shown}
          placeholder={standard}
          aria-invalid={problem !== ''}
          onChange={event => enter(event.target.value)}
        />
      )}
      {choices && parameter.allowInput && (
        <datalist id={`${id}-choices`}>
          {choices.map(choice => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
      {problem && (
        <p className="jp-RuntimeKit-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
