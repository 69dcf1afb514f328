import React from 'react';

import type { ISnippet } from '../../snippets';
import type { IPanelServices } from './services';

interface IProps {
  services: IPanelServices;
  snippet: ISnippet;
}

/** What a snippet lacks in this kernel, and whose it is where it is not ours. */
export function SnippetFacts(props: IProps): React.JSX.Element | null {
  const { services, snippet } = props;
  const { snippets, trans } = services;
  const needs = snippets.needs(snippet);
  const facts = [
    snippets.isOwn(snippet) ? trans.__('Yours') : snippet.source,
    snippet.overridesBuiltin ? trans.__('Replaces the built-in snippet') : '',
    snippets.isHidden(snippet) ? trans.__('Hidden in lists') : ''
  ].filter(Boolean);
  return needs || facts.length > 0 ? (
    <>
      {needs ? (
        <span className="jp-RuntimeKit-needs">
          {trans.__('Requires %1', needs)}
        </span>
      ) : null}
      {facts.length > 0 ? (
        <span className="jp-RuntimeKit-snippetFacts">{facts.join(' · ')}</span>
      ) : null}
    </>
  ) : null;
}
