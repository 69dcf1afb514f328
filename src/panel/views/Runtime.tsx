import React from 'react';

import type { SamplePart } from '../../kernel/monitor/sample';
import { Accelerator } from './Accelerator';
import { Boundary } from './Boundary';
import { Header } from './Header';
import { useSignal } from './hooks';
import { Memory } from './Memory';
import { Runs } from './Runs';
import type { ISectionProps } from './Section';
import type { IPanelServices } from './services';
import { Snippets } from './Snippets';
import { Storage } from './Storage';
import { Time } from './Time';

/**
 * Which section shows a part of a sample, from top to bottom. A part without one
 * does not compile.
 */
const SECTIONS: Record<SamplePart, React.FunctionComponent<ISectionProps>> = {
  accelerator: Accelerator,
  memory: Memory,
  disks: Memory,
  kernel: Time,
  platform: Time,
  storage: Storage,
  runs: Runs,
  runs_left_out: Runs
};

interface IProps {
  services: IPanelServices;
}

/** The whole panel. */
export function Runtime(props: IProps): React.JSX.Element {
  const { services } = props;
  const { current, trans } = services;
  useSignal(current.changed);
  const model = current.model;
  const guarded = (view: React.ReactNode): React.JSX.Element => (
    <Boundary
      fallback={trans.__(
        "Can't show this part. The browser's console has details."
      )}
      retry={model?.sample}
    >
      {view}
    </Boundary>
  );
  return (
    <div className="jp-RuntimeKit-runtime">
      {model && model.isOn ? (
        guarded(<Header model={model} trans={trans} />)
      ) : (
        <header className="jp-RuntimeKit-header">
          <p>
            {model
              ? trans.__('Monitoring is turned off in the settings.')
              : trans.__('Open a notebook to see its runtime.')}
          </p>
        </header>
      )}
      {model?.isOn && model.sample ? (
        // Another notebook gets fresh views: nothing half done is carried over.
        <React.Fragment key={model.id}>
          {[...new Set(Object.values(SECTIONS))].map((Section, index) => (
            <React.Fragment key={index}>
              {guarded(<Section model={model} services={services} />)}
            </React.Fragment>
          ))}
        </React.Fragment>
      ) : null}
      {guarded(<Snippets services={services} />)}
    </div>
  );
}
