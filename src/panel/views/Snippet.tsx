import React from 'react';

import type { ISnippet } from '../../snippets';
import type { IPanelServices } from './services';

/** How far the pointer moves before it drags, as in the rest of JupyterLab. */
const DRAG_THRESHOLD = 5;

/** A snippet: a click inserts it, a drag puts it where it is dropped. */
export function Snippet(props: Snippet.IProps): React.JSX.Element {
  const { services, snippet } = props;
  const start = React.useRef<{ x: number; y: number } | null>(null);
  const dragged = React.useRef(false);
  return (
    <li>
      <button
        type="button"
        className="jp-RuntimeKit-snippet"
        title={services.trans.__('Click to insert, or drag into the notebook')}
        onPointerDown={event => {
          dragged.current = false;
          start.current =
            event.button === 0 ? { x: event.clientX, y: event.clientY } : null;
          // A quick pointer is elsewhere before it has moved far.
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={event => {
          const from = start.current;
          if (
            from &&
            event.buttons & 1 &&
            Math.hypot(event.clientX - from.x, event.clientY - from.y) >=
              DRAG_THRESHOLD
          ) {
            start.current = null;
            dragged.current = true;
            event.currentTarget.releasePointerCapture(event.pointerId);
            void services.drag.start(snippet, event.clientX, event.clientY);
          }
        }}
        onClick={() => {
          // The end of a drag may come as a click too.
          if (!dragged.current) {
            services.insertSnippet(snippet.id);
          }
          dragged.current = false;
        }}
      >
        <strong>{snippet.title}</strong>
        <span>{snippet.description}</span>
      </button>
    </li>
  );
}

export namespace Snippet {
  /** Properties. */
  export interface IProps {
    services: IPanelServices;
    snippet: ISnippet;
  }
}
