import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { IRun } from '../../kernel/monitor/monitor';
import { count, metric } from '../../ui/format';
import { Plot } from './Plot';

interface IMetricsProps {
  run: IRun;
  trans: TranslationBundle;
}

/** Each metric of a run: its newest value and its curve over the steps. */
export function Metrics(props: IMetricsProps): React.JSX.Element | null {
  const { run, trans } = props;
  const names = Object.keys(run.metrics);
  if (names.length === 0) {
    return null;
  }
  return (
    <dl className="jp-RuntimeKit-metrics">
      {names.map(name => (
        <React.Fragment key={name}>
          <dt>{name}</dt>
          <dd>{metric(run.metrics[name])}</dd>
          <dd>
            <Curve name={name} run={run} trans={trans} />
          </dd>
        </React.Fragment>
      ))}
    </dl>
  );
}

interface ICurveProps extends IMetricsProps {
  name: string;
}

function Curve(props: ICurveProps): React.JSX.Element | null {
  const { name, run, trans } = props;
  const points = run.history
    .map(([step, values]) => [step, values[name]] as const)
    .filter(([, value]) => Number.isFinite(value));
  if (points.length < 2) {
    return null;
  }
  const steps = points.map(([step]) => step);
  const values = points.map(([, value]) => value);
  const [from, to] = [Math.min(...steps), Math.max(...steps)];
  const [min, max] = [Math.min(...values), Math.max(...values)];
  return (
    <Plot
      label={trans.__(
        '%1 from step %2 to %3: between %4 and %5',
        name,
        count(from),
        count(to),
        metric(min),
        metric(max)
      )}
      pieces={[points]}
      from={from}
      to={to}
      min={min}
      max={max}
    />
  );
}
