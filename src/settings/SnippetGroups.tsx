import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { groupSnippets } from '../library/snippetGroups';
import type { ISnippet } from '../snippets';

interface IProps {
  snippets: readonly ISnippet[];
  render: (snippet: ISnippet) => React.JSX.Element;
  /** Whether the group of a snippet is open from the start. */
  isOpen: (id: string) => boolean;
  trans: TranslationBundle;
}

/**
 * Something for each snippet, in the groups of the menus; the groups are folded.
 */
export function SnippetGroups(props: IProps): React.JSX.Element {
  const { snippets, render, isOpen, trans } = props;
  const { first, ungrouped, groups } = groupSnippets(snippets, trans);
  const byId = new Map(snippets.map(snippet => [snippet.id, snippet]));
  const all = (ids: readonly string[]): React.JSX.Element[] =>
    ids.map(id => (
      <React.Fragment key={id}>{render(byId.get(id)!)}</React.Fragment>
    ));
  return (
    <>
      {all(first)}
      {groups.map(({ title, ids }) => (
        <details key={title} open={ids.some(isOpen)}>
          <summary>{title}</summary>
          <div role="group" aria-label={title}>
            {all(ids)}
          </div>
        </details>
      ))}
      {all(ungrouped)}
    </>
  );
}
