import React from 'react';

import type { IRun } from '../../kernel/monitor/monitor';
import type { RuntimeModel } from '../model/runtimeModel';
import { Button } from './Button';
import type { IPanelServices } from './services';

/** `isWanted` is asked when its dialog is about to open. */
type Act = (isWanted: () => boolean) => Promise<void> | void;

interface IProps {
  model: RuntimeModel;
  run: IRun;
  services: IPanelServices;
}

/** What can be done with a run. While one thing is being done, no other is begun. */
export function RunButtons(props: IProps): React.JSX.Element {
  const { model, run, services } = props;
  const { actions, trans } = services;
  const [isBusy, setBusy] = React.useState(false);
  // The latest thing that was begun; none of them after the run has gone.
  const latest = React.useRef(0);
  // It looks at the kernel before its dialog opens.
  const isLooking = React.useRef(false);
  React.useEffect(
    () => () => {
      latest.current++;
    },
    []
  );
  const begin = async (act: Act, asks: boolean): Promise<void> => {
    const mine = ++latest.current;
    const isCurrent = (): boolean => mine === latest.current;
    setBusy(true);
    isLooking.current = asks;
    try {
      await act(() => {
        if (isCurrent()) {
          isLooking.current = false;
        }
        return isCurrent();
      });
    } finally {
      if (isCurrent()) {
        setBusy(false);
      }
    }
  };
  const takeBack = (event: React.KeyboardEvent): void => {
    if (event.key === 'Escape' && isLooking.current) {
      // Else it would lead out of the panel.
      event.preventDefault();
      latest.current++;
      isLooking.current = false;
      setBusy(false);
    }
  };
  const button = (
    label: string,
    what: string,
    act: Act,
    enabled = true,
    asks = false
  ): React.JSX.Element => (
    <Button
      className="jp-mod-styled"
      enabled={enabled && !isBusy}
      aria-label={`${label}: ${run.name}`}
      title={what}
      onClick={() => void begin(act, asks)}
    >
      {label}
    </Button>
  );
  const notSaved = run.state === 'unsaved' && trans.__('Not saved yet');
  return (
    <div className="jp-RuntimeKit-buttons" onKeyDown={takeBack}>
      {run.live
        ? button(
            trans.__('Checkpoint now'),
            trans.__('Save when the current step finishes'),
            () => actions.checkpoint(model, run)
          )
        : null}
      {button(
        trans.__('Verify'),
        notSaved || trans.__('Read all checkpoints and check their checksums'),
        () => actions.verify(model, run),
        !notSaved
      )}
      {button(trans.__('Copy path'), run.folder, () => actions.copyPath(run))}
      {button(
        trans.__('Export…'),
        notSaved || trans.__('Write the newest checkpoint to a single file'),
        isWanted => actions.export(model, run, isWanted),
        !notSaved,
        true
      )}
      {button(
        trans.__('Delete…'),
        run.live
          ? trans.__("Can't delete a run that is training")
          : trans.__('Delete all checkpoints of this run'),
        isWanted => actions.delete(model, run, isWanted),
        !run.live,
        true
      )}
    </div>
  );
}
