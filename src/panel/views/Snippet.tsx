import { addIcon, ellipsesIcon } from '@jupyterlab/ui-components';
import React from 'react';

import type { ISnippet } from '../../snippets';
import type { IPanelServices } from './services';
import { useDrag } from './useDrag';

interface IProps {
  services: IPanelServices;
  snippet: ISnippet;
  /** The button in it that Tab reaches; null: none. */
  entry: number | null;
  onFocus: (column: number) => void;
}

/**
 * A snippet: a click inserts it, after a form where it has parameters; a drag
 * puts it where it is dropped; a menu has the rest.
 */
export function Snippet(props: IProps): React.JSX.Element {
  const { entry, onFocus, services, snippet } = props;
  const { snippets, trans } = services;
  const asks = snippets.asks(snippet);
  // A drop asks nothing, and the first insertion of such a snippet does.
  const mayDrag = !snippet.overridesBuiltin;
  const drag = useDrag((x, y) => {
    if (mayDrag) {
      void services.drag.start(snippet, x, y);
    }
  });
  const cells: React.ButtonHTMLAttributes<HTMLButtonElement>[] = [
    {
      className: 'jp-RuntimeKit-snippet',
      title: !mayDrag
        ? trans.__('Click to insert')
        : asks
          ? trans.__(
              'Click to set parameters and insert, or drag into the notebook'
            )
          : trans.__('Click to insert, or drag into the notebook'),
      ...drag.events,
      onClick: () => {
        // The end of a drag may come as a click too.
        if (!drag.took()) {
          snippets.insert(snippet);
        }
      },
      children: (
        <>
          <strong>{asks ? `${snippet.title}…` : snippet.title}</strong>
          <span>{snippet.description}</span>
          <SnippetFacts snippet={snippet} services={services} />
        </>
      )
    },
    ...(asks
      ? [
          {
            className: 'jp-RuntimeKit-snippetButton',
            title: trans.__('Insert now, without the form'),
            'aria-label': trans.__('Insert now: %1', snippet.title),
            onClick: () => snippets.insertAtOnce(snippet),
            children: <addIcon.react tag="span" />
          }
        ]
      : []),
    {
      className: 'jp-RuntimeKit-snippetButton',
      title: trans.__('More'),
      'aria-label': trans.__('More: %1', snippet.title),
      'aria-haspopup': 'menu',
      'aria-expanded': false,
      onClick: ({ currentTarget }) => snippets.openMenu(snippet, currentTarget),
      children: <ellipsesIcon.react tag="span" />
    }
  ];
  return (
    <div
      role="row"
      className="jp-RuntimeKit-snippetRow"
      data-snippet={snippet.id}
      data-hidden={snippets.isHidden(snippet)}
    >
      {cells.map((cell, column) => (
        <span key={column} role="gridcell">
          <button
            type="button"
            tabIndex={column === entry ? 0 : -1}
            onFocus={() => onFocus(column)}
            {...cell}
          />
        </span>
      ))}
    </div>
  );
}

/** What a snippet lacks in this kernel, and whose it is where it is not ours. */
function SnippetFacts(
  props: Pick<IProps, 'services' | 'snippet'>
): React.JSX.Element | null {
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
