import React from 'react';

import type { ISample } from '../../kernel/monitor/monitor';
import { ADVICE, codeText, VERDICTS } from '../format/verdictText';
import { duration } from '../../ui/format';
import { Age } from './Age';
import { Device } from './Device';
import { type ISectionProps, Section } from './Section';

/** The accelerators: the verdict of Check GPU, then each device. */
export function Accelerator(props: ISectionProps): React.JSX.Element {
  const { model, services } = props;
  const { trans } = services;
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
          <strong>{codeText(accelerator.verdict, VERDICTS, trans)}</strong>
          {accelerator.advice
            ? ` – ${codeText(accelerator.advice, ADVICE, trans)}`
            : null}
        </p>
      ) : (
        <p>{trans.__('Unknown')}</p>
      )}
      {accelerator?.time && isRare(sample) ? (
        <p className="jp-RuntimeKit-facts">
          <Age
            seconds={() => Math.max(model.kernelTime - accelerator.time!, 0)}
            text={age => trans.__('Measured %1', age)}
            trans={trans}
          />
          {' · '}
          {trans.__(
            'updated every %1 (%2 is slow)',
            duration(trans, accelerator.interval!),
            accelerator.source
          )}
        </p>
      ) : null}
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

/** Whether there is one that is asked less often than the rest. */
function isRare({ accelerator, interval }: ISample): boolean {
  const { devices = [], interval: own = 0 } = accelerator ?? {};
  return devices.length > 0 && own > 1.5 * interval;
}
