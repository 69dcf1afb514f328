import React from 'react';

import type { RuntimeModel } from '../runtimeModel';
import { Run } from './Run';
import { Section } from './Section';
import type { IPanelServices } from './services';

/** The runs in the durable folder and those alive in the kernel. */
export function Runs(props: Runs.IProps): React.JSX.Element {
  const { model, services } = props;
  const { trans } = services;
  const { problems, runs } = model.sample!;
  return (
    <Section name="runs" title={trans.__('Runs')} problem={problems?.runs}>
      {runs?.length ? (
        <ul className="jp-RuntimeKit-runs">
          {runs.map(run => (
            <Run key={run.folder} model={model} run={run} services={services} />
          ))}
        </ul>
      ) : (
        <p>
          {runs
            ? trans.__('No run yet. Checkpoint & resume begins one.')
            : trans.__('Unknown')}
        </p>
      )}
    </Section>
  );
}

export namespace Runs {
  /** Properties. */
  export interface IProps {
    model: RuntimeModel;
    services: IPanelServices;
  }
}
