import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import React from 'react';

import { RuntimeChip } from '../../../../src/panel/views/runtimeChip';
import { RuntimeModel } from '../../../../src/panel/model/runtimeModel';
import { ViewWidget } from '../../../../src/panel/views/viewWidget';
import { FakeMonitor, FakeSettings, sample } from '../fakes';

describe('RuntimeChip', () => {
  /** The chip of a runtime, as it is drawn and as it is read out. */
  async function chip(values: Parameters<typeof sample>[0]) {
    const monitor = new FakeMonitor();
    const model = new RuntimeModel({
      monitor,
      settings: new FakeSettings({ lowSpace: 2, warnMinutes: 15 }),
      name: () => 'train.ipynb',
      now: () => values?.time ?? 0
    });
    monitor.push(sample(values));
    const widget = new ViewWidget(() => (
      <RuntimeChip
        changed={model.changed}
        model={() => model}
        open={() => undefined}
        trans={nullTranslator.load('')}
      />
    ));
    Widget.attach(widget, document.body);
    MessageLoop.flush();
    await widget.renderPromise;
    const { dataset, title } = widget.node.querySelector<HTMLElement>(
      '.jp-RuntimeKit-chip'
    )!;
    widget.dispose();
    return { isUnderlined: dataset.warning, title };
  }

  const disks = (free: number) => [
    { path: '/drive', role: 'durable' as const, free, total: 15e9 }
  ];

  it('says what the underline stands for', async () => {
    const memory = {
      process: 1,
      used: 98,
      limit: 100,
      source: 'cgroup' as const
    };
    const time = 11.9 * 3600;
    const { isUnderlined, title } = await chip({
      time,
      memory,
      disks: disks(1e9)
    });
    expect(isUnderlined).toBe('true');
    expect(title.split('\n').slice(0, 4)).toEqual([
      'Runtime ends soon: 6 min left',
      'Memory almost full',
      'Durable folder almost full: 1 GB free',
      'Open the Runtime panel'
    ]);
  });

  it('warns of nothing while there is enough', async () => {
    const { isUnderlined, title } = await chip({
      time: 3600,
      disks: disks(9e9)
    });
    expect(isUnderlined).toBe('false');
    expect(title).toMatch(/^Open the Runtime panel/);
  });
});
