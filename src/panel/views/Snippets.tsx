import React from 'react';

import type { ISnippet } from '../../snippets';
import { useSignal } from './hooks';
import { Section } from './Section';
import { Snippet } from './Snippet';
import type { IPanelServices } from './services';

/** The library: search, insert, drag into the notebook. */
export function Snippets(props: Snippets.IProps): React.JSX.Element {
  const { catalog, settings, trans } = props.services;
  const [query, setQuery] = React.useState('');
  useSignal(catalog.changed);
  useSignal(settings.changed);
  React.useEffect(() => {
    catalog.load().catch(console.warn);
  }, [catalog]);
  const hidden = new Set(settings.values.hiddenSnippets);
  const snippets = (catalog.library?.list() ?? [])
    .filter(snippet => !hidden.has(snippet.id) && matches(snippet, query))
    .sort((a, b) => a.title.localeCompare(b.title));
  return (
    <Section name="snippets" title={trans.__('Snippets')}>
      <input
        type="search"
        className="jp-mod-styled"
        placeholder={trans.__('Search snippets')}
        aria-label={trans.__('Search snippets')}
        value={query}
        onChange={event => setQuery(event.target.value)}
      />
      <ul className="jp-RuntimeKit-snippets">
        {snippets.map(snippet => (
          <Snippet
            key={snippet.id}
            snippet={snippet}
            services={props.services}
          />
        ))}
      </ul>
      <p role="status" className="jp-RuntimeKit-facts">
        {catalog.library && snippets.length === 0
          ? trans.__('No snippet has all these words.')
          : ''}
      </p>
    </Section>
  );
}

/** Whether each word of the query is in title, description, tags or id. */
function matches(snippet: ISnippet, query: string): boolean {
  const { description, id, tags, title } = snippet;
  const text = [title, description, id, ...tags].join(' ').toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word));
}

export namespace Snippets {
  /** Properties. */
  export interface IProps {
    services: IPanelServices;
  }
}
