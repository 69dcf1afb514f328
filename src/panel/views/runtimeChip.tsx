import type { TranslationBundle } from '@jupyterlab/translation';
import { ToolbarButtonComponent } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import React from 'react';

import { runtimeIcon } from '../../ui/icons';
import { summary } from '../format/summary';
import type { RuntimeModel } from '../model/runtimeModel';
import { warnings } from '../format/warnings';
import { Boundary } from './Boundary';
import { useSignal, useTick } from './hooks';
import { ago } from '../../ui/format';

interface IProps {
  /** Emitted when the text may be another one. */
  changed: ISignal<unknown, unknown>;
  model: () => RuntimeModel | null;
  open: () => void;
  trans: TranslationBundle;
}

/**
 * A runtime in one line, for toolbar and status bar: `T4 62 % · 3.1/15 GB`. A
 * click opens the panel.
 */
export function RuntimeChip(props: IProps): React.JSX.Element {
  const { changed, open, trans } = props;
  useSignal(changed);
  // Time goes on without samples.
  useTick(60);
  const model = props.model();
  return (
    <Boundary retry={model?.sample}>
      <ChipButton model={model} open={open} trans={trans} />
    </Boundary>
  );
}

function ChipButton(
  props: Pick<IProps, 'open' | 'trans'> & {
    model: RuntimeModel | null;
  }
): React.JSX.Element {
  const { model, open, trans } = props;
  const text = model?.isOn ? summary(model, trans) : '';
  const ending = model?.isOn ? warnings(model, trans) : [];
  return (
    <ToolbarButtonComponent
      className={`jp-RuntimeKit-chip${text ? '' : ' jp-mod-empty'}`}
      icon={runtimeIcon}
      label={text}
      tooltip={tooltip(model, ending, trans)}
      dataset={{ 'data-warning': String(ending.length > 0) }}
      onClick={open}
    />
  );
}

/**
 * What the underline stands for comes first. The text in the button is its name,
 * so that this is what screen readers have as its description.
 */
function tooltip(
  model: RuntimeModel | null,
  ending: readonly string[],
  trans: TranslationBundle
): string {
  const what = trans.__('Open the Runtime panel');
  if (!model?.isOn) {
    return what;
  }
  const { state, reason } = model.monitor;
  const age = model.age;
  const seen = age === null ? '' : trans.__('Updated %1', ago(trans, age));
  const isKnown = state === 'live' || state === 'idle';
  return [...ending, what, seen, isKnown ? '' : reason]
    .filter(Boolean)
    .join('\n');
}
