import React from 'react';

import { Accelerator } from './Accelerator';
import { Header } from './Header';
import { useSignal } from './hooks';
import { Memory } from './Memory';
import { Runs } from './Runs';
import type { IPanelServices } from './services';
import { Snippets } from './Snippets';
import { Storage } from './Storage';
import { Time } from './Time';

/** The whole panel. */
export function Runtime(props: Runtime.IProps): React.JSX.Element {
  const { services } = props;
  const { actions, current, trans } = services;
  useSignal(current.changed);
  const model = current.model;
  return (
    <div className="jp-RuntimeKit-runtime">
      {model && model.isOn ? (
        <Header model={model} trans={trans} />
      ) : (
        <header className="jp-RuntimeKit-header">
          <p>
            {model
              ? trans.__('The monitor is switched off in the settings.')
              : trans.__('Open a notebook to see its runtime.')}
          </p>
        </header>
      )}
      {model?.isOn && model.sample ? (
        // Another notebook's panel begins anew: nothing half done goes over.
        <React.Fragment key={model.id}>
          <Accelerator model={model} trans={trans} />
          <Memory model={model} trans={trans} />
          <Time actions={actions} model={model} trans={trans} />
          <Storage model={model} services={services} />
          <Runs model={model} services={services} />
        </React.Fragment>
      ) : null}
      <Snippets services={services} />
    </div>
  );
}

export namespace Runtime {
  /** Properties. */
  export interface IProps {
    services: IPanelServices;
  }
}
