import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { newSnippet } from '../library/authoring/template';
import { translateError } from '../ui/translateMessage';
import { parseSnippet } from '../snippets';

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

/** Properties of a snippet under edit. */
interface IUserSnippetProps {
  id: string;
  text: string;
  /** Ids of the other snippets. */
  taken: readonly string[];
  trans: TranslationBundle;
  onChange: (id: string, text: string) => void;
  onRemove: () => void;
}

/**
 * One snippet of the user's own under edit, with what is wrong with it.
 */
function UserSnippet(props: IUserSnippetProps): React.JSX.Element {
  const { id, text, taken, trans } = props;
  // What is under edit is kept here until the field is left: an id may be taken
  // for a moment, and a half-typed text is nothing to warn about.
  const [draft, setDraft] = React.useState({ id, text });
  React.useEffect(() => setDraft({ id, text }), [id, text]);
  const clash = taken.includes(draft.id);
  const problem = clash
    ? trans.__('Another snippet already has this id.')
    : problemOf(draft.id, draft.text, trans);
  const commit = (): void => {
    const newId = clash || !draft.id ? id : draft.id;
    if (newId !== id || draft.text !== text) {
      props.onChange(newId, draft.text);
    }
  };
  const base = `jp-RuntimeKit-snippet-${id}`;
  return (
    <div
      role="group"
      aria-label={trans.__('Snippet %1', id)}
      className="jp-RuntimeKit-userSnippet"
    >
      <label htmlFor={`${base}-id`}>{trans.__('Id')}</label>
      <input
        id={`${base}-id`}
        className="jp-mod-styled"
        value={draft.id}
        onChange={event => setDraft({ ...draft, id: event.target.value })}
        onBlur={commit}
      />
      <label htmlFor={`${base}-text`}>{trans.__('Text')}</label>
      <textarea
        id={`${base}-text`}
        className="jp-mod-styled"
        rows={Math.min(Math.max(draft.text.split('\n').length + 1, 8), 30)}
        spellCheck={false}
        value={draft.text}
        aria-invalid={problem !== ''}
        onChange={event => setDraft({ ...draft, text: event.target.value })}
        onBlur={commit}
      />
      {problem && (
        <p className="jp-RuntimeKit-problem" role="alert">
          {problem}
        </p>
      )}
      <button
        type="button"
        className="jp-mod-styled jp-mod-warn"
        aria-label={trans.__('Remove snippet %1', id)}
        onClick={props.onRemove}
      >
        {trans.__('Remove')}
      </button>
    </div>
  );
}

function problemOf(id: string, text: string, trans: TranslationBundle): string {
  try {
    parseSnippet(text, { id, builtin: false });
    return '';
  } catch (error) {
    return translateError(error, trans);
  }
}
