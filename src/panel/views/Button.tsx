import React from 'react';

interface IProps extends Pick<
  React.ButtonHTMLAttributes<HTMLButtonElement>,
  'aria-label' | 'children' | 'className' | 'title'
> {
  enabled: boolean;
  onClick: () => void;
}

/**
 * A button that keeps the focus while it cannot be used: one that is `disabled`
 * loses it, and a user of the keyboard would begin again at the top.
 */
export function Button(props: IProps): React.JSX.Element {
  const { enabled, onClick, ...more } = props;
  return (
    <button
      {...more}
      type="button"
      aria-disabled={!enabled}
      onClick={() => {
        if (enabled) {
          onClick();
        }
      }}
    />
  );
}
