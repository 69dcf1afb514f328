import React from 'react';

import type { ISnippet } from '../../snippets';
import type { IPanelServices } from './services';
import { Snippet } from './Snippet';

interface IProps {
  snippets: readonly ISnippet[];
  services: IPanelServices;
  /** The last one went while it had the focus. */
  onEmptied: () => void;
}

/**
 * Snippets as a grid: Tab reaches it once, the arrow keys go from snippet to
 * snippet and to what can be done with one.
 */
export function SnippetList(props: IProps): React.JSX.Element | null {
  const { onEmptied, services, snippets } = props;
  const grid = React.useRef<HTMLDivElement>(null);
  // The one that Tab comes back to.
  const [current, setCurrent] = React.useState({ id: '', column: 0 });
  // Where the focus is, while it is in here.
  const focused = React.useRef<number | null>(null);
  const stays = snippets.some(({ id }) => id === current.id);
  const entry = stays ? current : { id: snippets[0]?.id ?? '', column: 0 };

  React.useLayoutEffect(() => {
    // The focused row was hidden or deleted: focus its neighbour.
    if (focused.current === null || document.activeElement !== document.body) {
      return;
    }
    const rows = grid.current?.querySelectorAll<HTMLElement>('[role="row"]');
    const row = rows?.[Math.min(focused.current, rows.length - 1)];
    if (row) {
      row.querySelector('button')?.focus();
    } else {
      onEmptied();
    }
  });

  if (snippets.length === 0) {
    return null;
  }
  return (
    <div
      ref={grid}
      role="grid"
      aria-label={services.trans.__('Snippets')}
      className="jp-RuntimeKit-snippets"
      onKeyDown={event => {
        if (moveInGrid(event.currentTarget, event.key)) {
          event.preventDefault();
          event.stopPropagation();
        }
      }}
      onBlur={() => {
        focused.current = null;
      }}
    >
      {snippets.map((snippet, index) => (
        <Snippet
          key={snippet.id}
          snippet={snippet}
          services={services}
          entry={entry.id === snippet.id ? entry.column : null}
          onFocus={column => {
            focused.current = index;
            setCurrent({ id: snippet.id, column });
          }}
        />
      ))}
    </div>
  );
}

/**
 * Move the focus in a grid of buttons, as the keys of a grid do.
 *
 * @param grid - Its rows have the role `row`; what has the focus is a button in
 * one of them.
 * @returns whether the key was one that moves.
 */
function moveInGrid(grid: HTMLElement, key: string): boolean {
  const rows = [...grid.querySelectorAll('[role="row"]')].map(row => [
    ...row.querySelectorAll('button')
  ]);
  const active = document.activeElement as HTMLButtonElement;
  const y = rows.findIndex(row => row.includes(active));
  if (y < 0) {
    return false;
  }
  const x = rows[y].indexOf(active);
  const last = rows[y].length - 1;
  const target = {
    ArrowUp: rows[y - 1]?.[0],
    ArrowDown: rows[y + 1]?.[0],
    ArrowLeft: rows[y][Math.max(x - 1, 0)],
    ArrowRight: rows[y][Math.min(x + 1, last)],
    Home: rows[0][0],
    End: rows[rows.length - 1][0]
  }[key];
  target?.focus();
  return /^(Arrow(Up|Down|Left|Right)|Home|End)$/.test(key);
}
