import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { ISnippet } from '../snippets';
import { SnippetGroups } from './SnippetGroups';

interface IProps {
  snippets: readonly ISnippet[];
  /** Ids of those that are left out. */
  hidden: readonly string[];
  onChange: (hidden: string[]) => void;
  trans: TranslationBundle;
}

/**
 * Choose in the settings editor which snippets the menus leave out. The editor
 * itself shows the description.
 */
export function HiddenSnippetsField(props: IProps): React.JSX.Element {
  const { snippets, hidden, trans, onChange } = props;
  const [openAtFirst] = React.useState(() => new Set(hidden));
  const known = new Set(snippets.map(({ id }) => id));
  const choice = (id: string, title: string): React.JSX.Element => (
    <label key={id} className="jp-RuntimeKit-choice">
      <input
        type="checkbox"
        checked={hidden.includes(id)}
        onChange={event =>
          onChange(
            event.target.checked
              ? [...hidden, id]
              : hidden.filter(other => other !== id)
          )
        }
      />
      {title}
    </label>
  );
  return (
    <fieldset className="jp-RuntimeKit-field">
      <legend>{trans.__('Hidden snippets')}</legend>
      <SnippetGroups
        snippets={snippets}
        render={({ id, title }) => choice(id, title)}
        isOpen={id => openAtFirst.has(id)}
        trans={trans}
      />
      {/* Of a source that is away, or deleted. */}
      {hidden.filter(id => !known.has(id)).map(id => choice(id, id))}
    </fieldset>
  );
}
