import React from 'react';

/** How far the pointer moves before it drags, as in the rest of JupyterLab. */
const DRAG_THRESHOLD = 5;

/** Events of a button that can be dragged, and whether the last one did. */
interface IDrag {
  readonly events: Pick<
    React.DOMAttributes<HTMLButtonElement>,
    'onPointerDown' | 'onPointerMove'
  >;
  /** Whether the click that came was the end of a drag. Asked once a click. */
  took(): boolean;
}

/**
 * Make a button the source of a drag.
 *
 * @param begin - Called when the pointer has moved far enough, with its place.
 */
export function useDrag(begin: (x: number, y: number) => void): IDrag {
  const start = React.useRef<{ x: number; y: number } | null>(null);
  const dragged = React.useRef(false);
  return {
    took() {
      const took = dragged.current;
      dragged.current = false;
      return took;
    },
    events: {
      onPointerDown: event => {
        dragged.current = false;
        start.current =
          event.button === 0 ? { x: event.clientX, y: event.clientY } : null;
        // A quick pointer is elsewhere before it has moved far.
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove: event => {
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
          begin(event.clientX, event.clientY);
        }
      }
    }
  };
}
