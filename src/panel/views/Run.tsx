import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { IRun } from '../../kernel/monitor/monitor';
import type { RuntimeModel } from '../model/runtimeModel';
import { count, fileSize } from '../../ui/format';
import { Age } from './Age';
import { Metrics } from './Metrics';
import { RunButtons } from './RunButtons';
import type { IPanelServices } from './services';

interface IProps {
  model: RuntimeModel;
  run: IRun;
  services: IPanelServices;
}

/** One training: where it stands and what can be done with it. */
export function Run(props: IProps): React.JSX.Element {
  const { model, run, services } = props;
  const { trans } = services;
  return (
    <li className="jp-RuntimeKit-run" data-run={run.name}>
      <h4>
        {run.name}
        <span className="jp-RuntimeKit-badge" data-state={run.state}>
          {stateWords(run, trans)}
        </span>
        {run.live ? (
          <span className="jp-RuntimeKit-badge" data-state="live">
            {trans.__('training')}
          </span>
        ) : null}
      </h4>
      <p>
        {run.epoch === null
          ? trans.__('Step %1', count(run.step))
          : trans.__('Step %1, epoch %2', count(run.step), run.epoch)}
        {run.finished ? ` – ${trans.__('finished')}` : null}
        {run.resumed_from === null
          ? null
          : ` – ${trans.__('resumed from step %1', count(run.resumed_from))}`}
      </p>
      <p className="jp-RuntimeKit-facts">
        {run.saved === null ? (
          run.state === 'damaged' ? (
            trans.__('No valid checkpoint')
          ) : (
            trans.__('Not saved yet')
          )
        ) : (
          <>
            <Age
              seconds={() => Math.max(model.kernelTime - run.saved!, 0)}
              text={age => trans.__('Saved %1', age)}
              trans={trans}
            />
            {' · '}
            {fileSize(trans, run.size)}
          </>
        )}
      </p>
      {run.failed ? (
        <p className="jp-RuntimeKit-warning">
          {trans.__('The last save failed. Earlier checkpoints are intact.')}
        </p>
      ) : null}
      <Metrics run={run} trans={trans} />
      <RunButtons model={model} run={run} services={services} />
    </li>
  );
}

function stateWords(run: IRun, trans: TranslationBundle): string {
  switch (run.state) {
    case 'mirroring':
      return trans.__('mirroring');
    case 'mirrored':
      return trans.__('mirrored');
    case 'damaged':
      return trans.__('damaged');
    case 'unsaved':
      return trans.__('not saved');
    default:
      return trans.__('local');
  }
}
