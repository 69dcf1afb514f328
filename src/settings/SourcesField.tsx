import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

interface IProps {
  sources: readonly string[];
  onChange: (sources: string[]) => void;
  trans: TranslationBundle;
}

/**
 * Edit the folders and URLs of shared snippets in the settings editor, which
 * itself shows the description.
 */
export function SourcesField(props: IProps): React.JSX.Element {
  const { sources, trans, onChange } = props;
  // The setting holds no empty source: a new one is kept here until it is named.
  const [isAdding, setAdding] = React.useState(false);
  const put = (index: number, text: string): void =>
    onChange(
      sources.map((source, i) => (i === index ? text : source)).filter(Boolean)
    );
  return (
    <fieldset className="jp-RuntimeKit-field">
      <legend>{trans.__('Snippet sources')}</legend>
      {sources.map((source, index) => (
        <div key={index} className="jp-RuntimeKit-source">
          <SourceInput
            label={trans.__('Source %1', index + 1)}
            source={source}
            onDone={text => put(index, text)}
          />
          <button
            type="button"
            className="jp-mod-styled jp-mod-warn"
            aria-label={trans.__('Remove source %1', source)}
            onClick={() => put(index, '')}
          >
            {trans.__('Remove')}
          </button>
        </div>
      ))}
      {isAdding && (
        <div className="jp-RuntimeKit-source">
          <SourceInput
            label={trans.__('New source')}
            source=""
            autoFocus
            onDone={text => {
              setAdding(false);
              if (text && !sources.includes(text)) {
                onChange([...sources, text]);
              }
            }}
          />
        </div>
      )}
      <button
        type="button"
        className="jp-mod-styled jp-mod-accept"
        onClick={() => setAdding(true)}
      >
        {trans.__('Add a source')}
      </button>
    </fieldset>
  );
}

/** A source under edit: it is read when the field is left, not at each letter. */
function SourceInput(props: {
  label: string;
  source: string;
  autoFocus?: boolean;
  onDone: (text: string) => void;
}): React.JSX.Element {
  const { source } = props;
  const [text, setText] = React.useState(source);
  React.useEffect(() => setText(source), [source]);
  return (
    <input
      className="jp-mod-styled"
      aria-label={props.label}
      autoFocus={props.autoFocus}
      spellCheck={false}
      value={text}
      onChange={event => setText(event.target.value)}
      onBlur={() => props.onDone(text.trim())}
      onKeyDown={event => {
        if (event.key === 'Enter') {
          event.currentTarget.blur();
        }
      }}
    />
  );
}
