import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { translateError } from '../ui/translateMessage';
import { parseSnippet } from '../snippets';

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
export function UserSnippet(props: IUserSnippetProps): React.JSX.Element {
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
