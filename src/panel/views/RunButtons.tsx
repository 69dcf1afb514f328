import React from 'react';

import type { IRun } from '../../kernel/monitor';
import type { RuntimeModel } from '../runtimeModel';
import type { IPanelServices } from './services';

/** What can be done with a run. While one thing is being done, no other is begun. */
export function RunButtons(props: RunButtons.IProps): React.JSX.Element {
  const { model, run, services } = props;
  const { actions, trans } = services;
  const [isBusy, setBusy] = React.useState(false);
  const isMounted = React.useRef(true);
  React.useEffect(() => {
    isMounted.current = true;
    return () => {
      isMounted.current = false;
    };
  }, []);
  const button = (
    label: string,
    act: () => Promise<void> | void,
    enabled = true
  ): React.JSX.Element => (
    <button
      type="button"
      className="jp-mod-styled"
      disabled={isBusy || !enabled}
      aria-label={`${label}: ${run.name}`}
      onClick={async () => {
        setBusy(true);
        try {
          await act();
        } finally {
          if (isMounted.current) {
            setBusy(false);
          }
        }
      }}
    >
      {label}
    </button>
  );
  return (
    <div className="jp-RuntimeKit-buttons">
      {run.live
        ? button(trans.__('Checkpoint now'), () =>
            actions.checkpoint(model, run)
          )
        : null}
      {button(trans.__('Verify'), () => actions.verify(model, run))}
      {button(trans.__('Copy path'), () => actions.copyPath(run))}
      {button(trans.__('Export'), () => actions.export(model, run))}
      {/* What a training writes to is not deleted under it. */}
      {button(trans.__('Delete'), () => actions.delete(model, run), !run.live)}
    </div>
  );
}

export namespace RunButtons {
  /** Properties. */
  export interface IProps {
    model: RuntimeModel;
    run: IRun;
    services: IPanelServices;
  }
}
