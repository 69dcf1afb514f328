import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import React from 'react';

import type { RuntimeModel } from '../model/runtimeModel';
import { Age } from './Age';
import { Button } from './Button';

interface IProps {
  model: RuntimeModel;
  trans: TranslationBundle;
}

/** Whose runtime this is, how old what is shown is, and what is not known. */
export function Header(props: IProps): React.JSX.Element {
  const { model, trans } = props;
  const { monitor, sample } = model;
  const ignored = sample?.kernel.ignored ?? [];
  const isKnown = monitor.state === 'live' || monitor.state === 'idle';
  const canRefresh =
    monitor.state === 'idle' || monitor.state === 'unavailable';
  return (
    <header className="jp-RuntimeKit-header">
      <h2>{model.name}</h2>
      {sample?.platform ? (
        <p>
          {sample.platform.id === 'local'
            ? trans.__('This machine')
            : sample.platform.name}
        </p>
      ) : null}
      <p className="jp-RuntimeKit-age" role="status">
        {sample ? (
          <span>
            {monitor.state === 'live'
              ? `${trans.__('Cell running')} · `
              : monitor.state === 'idle'
                ? `${trans.__('Idle')} · `
                : ''}
            <Age
              seconds={() => model.age ?? 0}
              text={age => trans.__('updated %1', age)}
              trans={trans}
            />
          </span>
        ) : monitor.state === 'connecting' ? (
          <span>{trans.__('Connecting to the kernel…')}</span>
        ) : (
          <span>{trans.__('No data from this runtime yet.')}</span>
        )}
        <Button
          className="jp-RuntimeKit-iconButton"
          title={trans.__('Refresh')}
          aria-label={trans.__('Refresh')}
          enabled={canRefresh}
          onClick={() => {
            monitor.refresh().catch(console.warn);
          }}
        >
          <refreshIcon.react tag="span" width="16px" height="16px" />
        </Button>
      </p>
      {ignored.length > 0 ? (
        <p className="jp-RuntimeKit-facts" title={ignored.join('\n')}>
          {trans.__(
            "Not imported by this panel, because it is in the notebook's folder: %1",
            ignored.map(fileOf).join(', ')
          )}
        </p>
      ) : null}
      {!isKnown && monitor.reason ? (
        <p className="jp-RuntimeKit-warning">{monitor.reason}</p>
      ) : null}
    </header>
  );
}

/** The file of a module, or the folder of a package. */
function fileOf(path: string): string {
  const parts = path.split(/[\\/]/);
  return parts.filter(part => part !== '__init__.py').pop() ?? path;
}
