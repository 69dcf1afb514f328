import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { ago } from '../../ui/format';
import { useTick } from './hooks';

interface IProps {
  /** The age in seconds, asked for at each rendering. */
  seconds: () => number;
  /** The sentence with the age in it. */
  text: (age: string) => string;
  trans: TranslationBundle;
}

/** How old something is; the words follow the clock. */
export function Age(props: IProps): React.JSX.Element {
  const seconds = props.seconds();
  // The words change every five seconds at first, then once a minute.
  useTick(seconds < 60 ? 5 : 60);
  // In a live region it would be read out each time.
  return <span aria-live="off">{props.text(ago(props.trans, seconds))}</span>;
}
