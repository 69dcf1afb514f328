import React from 'react';

/** A share that calls for attention. */
const HIGH = 0.9;

interface IProps {
  label: string;
  used: number | null;
  total: number | null;
  /** The figures in words. */
  text: string;
  /** Draw attention. Default: when nearly all is used. */
  warn?: boolean;
}

/** How much of something is used: a label, a bar and the figures. */
export function Bar(props: IProps): React.JSX.Element {
  const { label, used, total, text } = props;
  const known = used !== null && total !== null && total > 0;
  const share = known ? Math.min(Math.max(used / total, 0), 1) : 0;
  const high = props.warn ?? share >= HIGH;
  return (
    <div className="jp-RuntimeKit-bar" data-high={high || undefined}>
      <span className="jp-RuntimeKit-barLabel">{label}</span>
      <span className="jp-RuntimeKit-barText">{text}</span>
      <span
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        aria-valuetext={text}
        className="jp-RuntimeKit-barTrack"
      >
        <span style={{ width: `${share * 100}%` }} />
      </span>
    </div>
  );
}
