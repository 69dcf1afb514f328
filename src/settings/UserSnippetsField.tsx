import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { newSnippet } from '../library/authoring/template';
import { UserSnippet } from './UserSnippet';

/** Snippet text by id, as the setting holds it. */
type Snippets = Record<string, string>;

interface IProps {
  snippets: Snippets;
  onChange: (snippets: Snippets) => void;
  trans: TranslationBundle;
}

/**
 * Edit the user's own snippets in the settings editor: an id and a text each,
 * with what is wrong with it below.
 */
export function UserSnippetsField(props: IProps): React.JSX.Element {
  const { trans, snippets, onChange } = props;
  const put = (id: string, newId: string, text: string): void => {
    // Rebuilt in order, so that a rename does not move the snippet.
    onChange(
      Object.fromEntries(
        Object.entries(snippets).map(([key, value]) =>
          key === id ? [newId, text] : [key, value]
        )
      )
    );
  };
  const remove = (id: string): void => {
    onChange(
      Object.fromEntries(Object.entries(snippets).filter(([key]) => key !== id))
    );
  };
  return (
    <fieldset className="jp-RuntimeKit-field">
      <legend>{trans.__('User snippets')}</legend>
      <p>
        {trans.__(
          "Your own snippets: Python files with percent cells, like the built-in ones. Use a built-in snippet's id to replace it."
        )}
      </p>
      {Object.entries(snippets).map(([id, text], index) => (
        <UserSnippet
          key={index}
          id={id}
          text={text}
          taken={Object.keys(snippets).filter(key => key !== id)}
          trans={trans}
          onChange={(newId, newText) => put(id, newId, newText)}
          onRemove={() => remove(id)}
        />
      ))}
      <button
        type="button"
        className="jp-mod-styled jp-mod-accept"
        onClick={() => {
          const id = freeId(snippets);
          onChange({ ...snippets, [id]: newSnippet(id).text });
        }}
      >
        {trans.__('Add a snippet')}
      </button>
    </fieldset>
  );
}

function freeId(snippets: Snippets): string {
  let n = 1;
  while (`my-snippet-${n}` in snippets) {
    n++;
  }
  return `my-snippet-${n}`;
}
