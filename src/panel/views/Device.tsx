import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type { IDevice } from '../../kernel/monitor/monitor';
import { WINDOW } from '../model/history';
import type { RuntimeModel } from '../model/runtimeModel';
import { memory, memoryOf } from '../../ui/format';
import { Bar } from './Bar';
import { Plot } from './Plot';

interface IProps {
  device: IDevice;
  model: RuntimeModel;
  trans: TranslationBundle;
}

/** One accelerator. */
export function Device(props: IProps): React.JSX.Element {
  const { device, model, trans } = props;
  const now = model.sample?.time ?? 0;
  const pieces = model.history.pieces(device.index, now);
  return (
    <div className="jp-RuntimeKit-device">
      <h4>{device.name}</h4>
      <Bar
        label={trans.__('Memory')}
        used={device.memory_used}
        total={device.memory_total}
        text={memoryOf(trans, device.memory_used, device.memory_total)}
      />
      <p className="jp-RuntimeKit-facts">{facts(device, trans)}</p>
      {pieces.length > 0 ? (
        <Plot
          label={trans.__('Utilization over the last 10 minutes')}
          pieces={pieces}
          from={now - WINDOW}
          to={now}
          min={0}
          max={100}
        />
      ) : null}
      {device.slices.map((slice, index) => (
        <Bar
          key={index}
          label={trans.__('Slice %1', slice.name)}
          used={slice.memory_used}
          total={slice.memory_total}
          text={memoryOf(trans, slice.memory_used, slice.memory_total)}
        />
      ))}
    </div>
  );
}

function facts(device: IDevice, trans: TranslationBundle): string {
  const { utilization, temperature, power, power_limit } = device;
  const words = [
    utilization === null
      ? trans.__('utilization unknown')
      : trans.__('%1 % busy', Math.round(utilization))
  ];
  if (temperature !== null) {
    words.push(trans.__('%1 °C', Math.round(temperature)));
  }
  if (power !== null) {
    words.push(
      power_limit === null
        ? trans.__('%1 W', Math.round(power))
        : trans.__('%1 / %2 W', Math.round(power), Math.round(power_limit))
    );
  }
  if (device.torch_allocated !== null) {
    words.push(
      trans.__(
        'PyTorch: %1 allocated, %2 reserved',
        memory(trans, device.torch_allocated),
        memory(trans, device.torch_reserved ?? device.torch_allocated)
      )
    );
  }
  return words.join(' · ');
}
