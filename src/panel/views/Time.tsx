import React from 'react';

import { limitText } from '../format/limitText';
import { duration, shortened } from '../../ui/format';
import { useTick } from './hooks';
import { type ISectionProps, Section } from './Section';

/** How long the runtime has been there, how long it stays, and who says so. */
export function Time(props: ISectionProps): React.JSX.Element {
  const { model, services } = props;
  const { actions, trans } = services;
  useTick(60);
  const { left, leftLimit, limits, since, sinceWhat } = model.time;
  const soon = left !== null && left < model.settings.values.warnMinutes * 60;
  const live = model.sample?.runs?.filter(run => run.live) ?? [];
  return (
    <Section name="time" title={trans.__('Time')}>
      <p>
        {since === null
          ? trans.__('Start time unknown')
          : sinceWhat === 'runtime'
            ? trans.__('Runtime started %1 ago', duration(trans, since))
            : trans.__('Kernel started %1 ago', duration(trans, since))}
      </p>
      <p className={soon ? 'jp-RuntimeKit-warning' : undefined}>
        {left === null
          ? trans.__('Time left: unknown')
          : leftLimit?.estimate
            ? trans.__('Time left: about %1 (estimate)', duration(trans, left))
            : trans.__('Time left: %1', duration(trans, left))}
      </p>
      {soon
        ? live.map(run => (
            <button
              key={run.folder}
              type="button"
              className="jp-mod-styled jp-mod-accept"
              onClick={() => {
                void actions.checkpoint(model, run);
              }}
            >
              {trans.__('Checkpoint %1 now', shortened(run.name))}
            </button>
          ))
        : null}
      {limits.length > 0 ? (
        <ul className="jp-RuntimeKit-limits">
          {limits.map((limit, index) => (
            <li key={index}>{limitText(limit, trans)}</li>
          ))}
        </ul>
      ) : (
        <p className="jp-RuntimeKit-facts">
          {trans.__(
            'No time limit known. If this runtime has one, enter it in the settings.'
          )}
        </p>
      )}
    </Section>
  );
}
