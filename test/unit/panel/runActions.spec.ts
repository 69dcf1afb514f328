import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';

import { RunActions } from '../../../src/panel/runActions';
import { RuntimeModel } from '../../../src/panel/runtimeModel';
import { FakeMonitor, FakeSettings, run } from './fakes';

function makeModel() {
  const monitor = new FakeMonitor();
  const settings = new FakeSettings();
  const name = (): string => 'train.ipynb';
  return { monitor, model: new RuntimeModel({ monitor, settings, name }) };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) {
    await Promise.resolve();
  }
};

describe('RunActions', () => {
  const actions = new RunActions(nullTranslator.load(''));

  afterEach(() => Notification.dismiss());

  it('reaches the kernel of a notebook that nothing shows', async () => {
    // From the warning before the end, while another notebook is in front.
    const { model, monitor } = makeModel();
    await actions.checkpoint(model, run());
    await settled();
    expect(monitor.calls).toEqual([
      'start',
      'checkpoint /drive/runs/digits',
      'refresh',
      'stop'
    ]);
  });

  it('waits for the answer although the view goes', async () => {
    const { model, monitor } = makeModel();
    let answer = (_: { ok: boolean; step: number; text: string }): void =>
      undefined;
    monitor.checkpointNow = () => new Promise(resolve => (answer = resolve));
    const view = model.show();
    const done = actions.checkpoint(model, run());
    view.dispose();
    expect(monitor.calls).toEqual(['start']);
    answer({ ok: true, step: 7, text: 'Step 7 is saved.' });
    await done;
    await settled();
    expect(monitor.calls).toEqual(['start', 'refresh', 'stop']);
  });
});
