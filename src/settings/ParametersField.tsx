import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { IParameter, ISnippet } from '../snippets';
import { ParameterInput } from './ParameterInput';
import { SnippetGroups } from './SnippetGroups';

/** Values by snippet id, then by parameter name, as the setting holds them. */
type Values = Record<string, Record<string, unknown>>;

interface IProps {
  snippets: readonly ISnippet[];
  values: Values;
  onChange: (values: Values) => void;
  trans: TranslationBundle;
}

/**
 * Edit parameter values in the settings editor: the snippets with their
 * parameters, each with an input of its type. What is left empty keeps the
 * snippet's own default.
 */
export function ParametersField(props: IProps): React.JSX.Element {
  const { snippets, values, trans, onChange } = props;
  // What is opened stays open while its values come and go.
  const [openAtFirst] = React.useState(() => new Set(Object.keys(values)));
  const set = (id: string, name: string, value: unknown): void => {
    const own = { ...values[id], [name]: value };
    if (value === undefined) {
      delete own[name];
    }
    const all = { ...values, [id]: own };
    if (Object.keys(own).length === 0) {
      delete all[id];
    }
    onChange(all);
  };
  return (
    <fieldset className="jp-RuntimeKit-field">
      <legend>{trans.__('Parameter values')}</legend>
      <p>
        {trans.__(
          "Values that override a snippet's defaults when it is inserted."
        )}
      </p>
      <SnippetGroups
        snippets={snippets.filter(({ parameters }) => parameters.length > 0)}
        render={({ id, title, parameters }) => (
          <details open={openAtFirst.has(id)}>
            <summary>{title}</summary>
            <div role="group" aria-label={title}>
              {parameters.map((parameter: IParameter) => (
                <ParameterInput
                  key={parameter.name}
                  snippet={id}
                  parameter={parameter}
                  value={values[id]?.[parameter.name]}
                  trans={trans}
                  onChange={value => set(id, parameter.name, value)}
                />
              ))}
            </div>
          </details>
        )}
        isOpen={id => openAtFirst.has(id)}
        trans={trans}
      />
    </fieldset>
  );
}
