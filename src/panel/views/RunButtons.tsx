import React from 'react';

import type { IRun } from '../../kernel/monitor';
import type { RuntimeModel } from '../runtimeModel';
import { Button } from './Button';
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
  const begin = async (act: () => Promise<void> | void): Promise<void> => {
    setBusy(true);
    try {
      await act();
    } finally {
      if (isMounted.current) {
        setBusy(false);
      }
    }
  };
  const button = (
    label: string,
    what: string,
    act: () => Promise<void> | void,
    enabled = true
  ): React.JSX.Element => (
    <Button
      className="jp-mod-styled"
      enabled={enabled && !isBusy}
      aria-label={`${label}: ${run.name}`}
      title={what}
      onClick={() => void begin(act)}
    >
      {label}
    </Button>
  );
  const notSaved = run.state === 'unsaved' && trans.__('Not saved yet');
  return (
    <div className="jp-RuntimeKit-buttons">
      {run.live
        ? button(
            trans.__('Checkpoint now'),
            trans.__('Save as soon as the training can'),
            () => actions.checkpoint(model, run)
          )
        : null}
      {button(
        trans.__('Verify'),
        notSaved ||
          trans.__('Read all its checkpoints and compare their checksums'),
        () => actions.verify(model, run),
        !notSaved
      )}
      {button(trans.__('Copy path'), run.folder, () => actions.copyPath(run))}
      {button(
        trans.__('Export'),
        notSaved || trans.__('Write its newest checkpoint to one file'),
        () => actions.export(model, run),
        !notSaved
      )}
      {button(
        trans.__('Delete'),
        run.live
          ? trans.__('What is being trained here is not deleted')
          : trans.__('Delete all its checkpoints'),
        () => actions.delete(model, run),
        !run.live
      )}
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
