import React from 'react';

const WIDTH = 240;
const HEIGHT = 36;

/** A small curve without axes; its label has the figures. */
export function Plot(props: Plot.IProps): React.JSX.Element {
  const { from, to, min, max } = props;
  const x = (value: number): number =>
    round(to > from ? ((value - from) / (to - from)) * WIDTH : 0);
  const y = (value: number): number =>
    round(
      HEIGHT -
        2 -
        (max > min ? (value - min) / (max - min) : 0.5) * (HEIGHT - 4)
    );
  return (
    <svg
      className="jp-RuntimeKit-plot"
      role="img"
      aria-label={props.label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      {props.pieces.map((piece, index) => (
        <polyline
          key={index}
          points={ends(piece)
            .map(([time, value]) => `${x(time)},${y(value)}`)
            .join(' ')}
        />
      ))}
    </svg>
  );
}

/** A single point is drawn as a short stroke. */
function ends(piece: Plot.Piece): Plot.Piece {
  return piece.length === 1 ? [piece[0], piece[0]] : piece;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export namespace Plot {
  /** Points that belong together: [x, y]. */
  export type Piece = readonly (readonly [number, number])[];

  /** Properties. */
  export interface IProps {
    /** What the curve shows, in words. */
    label: string;
    pieces: readonly Piece[];
    from: number;
    to: number;
    min: number;
    max: number;
  }
}
