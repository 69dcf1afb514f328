import type { TranslationBundle } from '@jupyterlab/translation';
import { ToolbarButtonComponent } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import React from 'react';

import { runtimeIcon } from '../icons';
import { headline } from './headline';
import type { RuntimeModel } from './runtimeModel';
import { isLow } from './space';
import { useSignal, useTick } from './views/hooks';
import { ago } from './words';

/**
 * A runtime in one line, for toolbar and status bar: `T4 62 % · 3.1/15 GB`. A
 * click opens the panel.
 */
export function RuntimeChip(props: RuntimeChip.IProps): React.JSX.Element {
  const { changed, open, trans } = props;
  useSignal(changed);
  // Time goes on without samples.
  useTick(60);
  const model = props.model();
  const text = model?.isOn ? headline(model, trans) : '';
  return (
    <ToolbarButtonComponent
      className="jp-RuntimeKit-chip"
      icon={runtimeIcon}
      label={text}
      tooltip={tooltip(model, trans)}
      dataset={{ 'data-warning': String(model ? isWarning(model) : false) }}
      onClick={open}
    />
  );
}

function tooltip(model: RuntimeModel | null, trans: TranslationBundle): string {
  const what = trans.__('Runtime: open the panel');
  if (!model?.isOn) {
    return what;
  }
  const { state, reason } = model.monitor;
  const age = model.age;
  const seen =
    age === null ? '' : trans.__('Seen %1 by the kernel', ago(trans, age));
  const isKnown = state === 'live' || state === 'idle';
  return [what, seen, isKnown ? '' : reason].filter(Boolean).join('\n');
}

/** Whether time, memory or a disk is about to end. */
function isWarning(model: RuntimeModel): boolean {
  const { lowSpace, warnMinutes } = model.settings.values;
  const { sample, time } = model;
  const memory = sample?.memory;
  return (
    (time.left !== null && time.left < warnMinutes * 60) ||
    (sample?.disks ?? []).some(disk => isLow(disk, lowSpace)) ||
    (memory?.used ?? 0) > 0.95 * (memory?.limit ?? Infinity)
  );
}

export namespace RuntimeChip {
  /** Properties. */
  export interface IProps {
    /** Emitted when the text may be another one. */
    changed: ISignal<unknown, unknown>;
    model: () => RuntimeModel | null;
    open: () => void;
    trans: TranslationBundle;
  }
}
