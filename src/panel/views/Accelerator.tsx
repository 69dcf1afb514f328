import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { RuntimeModel } from '../runtimeModel';
import { Device } from './Device';
import { Section } from './Section';

/** The accelerators: the verdict of Check GPU, then each device. */
export function Accelerator(props: Accelerator.IProps): React.JSX.Element {
  const { model, trans } = props;
  const sample = model.sample!;
  const { accelerator } = sample;
  return (
    <Section
      name="accelerator"
      title={trans.__('Accelerator')}
      problem={sample.problems?.accelerator}
    >
      {accelerator ? (
        <p className="jp-RuntimeKit-verdict" data-verdict={accelerator.verdict}>
          <strong>{accelerator.verdict}</strong>
          {accelerator.advice ? ` – ${accelerator.advice}` : null}
        </p>
      ) : (
        <p>{trans.__('Unknown')}</p>
      )}
      {accelerator?.devices.map(device => (
        <Device
          key={device.index}
          device={device}
          model={model}
          trans={trans}
        />
      ))}
    </Section>
  );
}

export namespace Accelerator {
  /** Properties. */
  export interface IProps {
    model: RuntimeModel;
    trans: TranslationBundle;
  }
}
