import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { groupSnippets } from '../../library/snippetGroups';
import { count } from '../../ui/format';
import type { ISnippet } from '../../snippets';
import { useSignal } from './hooks';
import { Section } from './Section';
import type { IPanelServices } from './services';
import { SnippetList } from './SnippetList';

interface IProps {
  services: IPanelServices;
}

/** So many rows are drawn: nobody looks through more, and a search finds each. */
const MOST_ROWS = 200;

/** The library: search, insert, drag into the notebook, and look after it. */
export function Snippets(props: IProps): React.JSX.Element {
  const { services } = props;
  const { catalog, settings, snippets, trans } = services;
  const [query, setQuery] = React.useState('');
  const [showsHidden, setShowsHidden] = React.useState(false);
  const search = React.useRef<HTMLInputElement>(null);
  useSignal(catalog.changed);
  useSignal(settings.changed);
  useSignal(snippets.changed);
  React.useEffect(() => {
    catalog.load().catch(console.warn);
  }, [catalog]);
  const all = inMenuOrder(catalog.library?.list() ?? [], trans).filter(
    snippet => matches(snippet, query)
  );
  const hidden = all.filter(snippet => snippets.isHidden(snippet));
  const shown = showsHidden
    ? all
    : all.filter(snippet => !snippets.isHidden(snippet));
  return (
    <Section name="snippets" title={trans.__('Snippets')}>
      <input
        ref={search}
        type="search"
        className="jp-mod-styled"
        placeholder={trans.__('Search snippets')}
        aria-label={trans.__('Search snippets')}
        value={query}
        onChange={event => setQuery(event.target.value)}
      />
      <SnippetList
        snippets={shown.slice(0, MOST_ROWS)}
        services={services}
        onEmptied={() => search.current?.focus()}
      />
      <p role="status" className="jp-RuntimeKit-facts">
        {catalog.library && shown.length === 0
          ? trans.__('No snippets match.')
          : shown.length > MOST_ROWS
            ? trans.__(
                '%1 of %2 snippets shown. Search to find others.',
                count(MOST_ROWS),
                count(shown.length)
              )
            : ''}
      </p>
      {hidden.length > 0 ? (
        <label className="jp-RuntimeKit-check">
          <input
            type="checkbox"
            checked={showsHidden}
            onChange={event => setShowsHidden(event.target.checked)}
          />
          {trans.__('Show hidden (%1)', hidden.length)}
        </label>
      ) : null}
      <div className="jp-RuntimeKit-buttons">
        {snippets.tools.map(({ caption, label, run }) => (
          <button
            key={label}
            type="button"
            className="jp-mod-styled"
            title={caption}
            onClick={run}
          >
            {label}
          </button>
        ))}
      </div>
    </Section>
  );
}

/** As the snippet menu has them: those with a button first, then group by group. */
function inMenuOrder(
  snippets: readonly ISnippet[],
  trans: TranslationBundle
): ISnippet[] {
  const { first, groups, ungrouped } = groupSnippets(snippets, trans);
  const ids = [...first, ...groups.flatMap(group => group.ids), ...ungrouped];
  const known = new Map(snippets.map(snippet => [snippet.id, snippet]));
  return ids.map(id => known.get(id)!);
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
