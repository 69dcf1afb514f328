import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import React from 'react';

import type { ISample } from '../../../../src/kernel/monitor/monitor';
import { RuntimeModel } from '../../../../src/panel/model/runtimeModel';
import { ViewWidget } from '../../../../src/panel/views/viewWidget';
import { Runs } from '../../../../src/panel/views/Runs';
import { FakeMonitor, FakeSettings, run, sample } from '../fakes';

/** What the section says of a sample. */
async function said(values: Partial<ISample>): Promise<string> {
  const monitor = new FakeMonitor();
  const settings = new FakeSettings();
  const name = (): string => 'train.ipynb';
  const model = new RuntimeModel({ monitor, settings, name });
  monitor.push(sample(values));
  const services = { actions: {}, trans: nullTranslator.load('') } as any;
  const widget = new ViewWidget(() => (
    <Runs model={model} services={services} />
  ));
  Widget.attach(widget, document.body);
  MessageLoop.flush();
  await widget.renderPromise;
  const text = widget.node.textContent ?? '';
  widget.dispose();
  return text;
}

describe('Runs', () => {
  it('say how many are not shown', async () => {
    const runs = [run()];
    expect(await said({ runs })).not.toContain('older');
    expect(await said({ runs, runs_left_out: 1450 })).toContain(
      '1450 older runs not shown. To list all runs: python -m runtime_kit runs'
    );
  });

  it('do not call a run unsaved whose checkpoints are all damaged', async () => {
    const lost = { committed: null, saved: null };
    const damaged = await said({ runs: [run({ ...lost, state: 'damaged' })] });
    expect(damaged).toContain('No valid checkpoint');
    expect(damaged).not.toContain('Not saved yet');
    const fresh = await said({ runs: [run({ ...lost, state: 'unsaved' })] });
    expect(fresh).toContain('Not saved yet');
  });
});
