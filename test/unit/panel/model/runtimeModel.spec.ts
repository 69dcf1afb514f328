import { nullTranslator } from '@jupyterlab/translation';

import { summary } from '../../../../src/panel/format/summary';
import { RuntimeModel } from '../../../../src/panel/model/runtimeModel';
import { FakeMonitor, FakeSettings, sample, T4 } from '../fakes';

const trans = nullTranslator.load('');

function makeModel(values = {}, now = () => 3600) {
  const monitor = new FakeMonitor();
  const settings = new FakeSettings(values);
  const model = new RuntimeModel({
    monitor,
    settings,
    now,
    name: () => 'train.ipynb'
  });
  return { model, monitor, settings };
}

describe('RuntimeModel', () => {
  it('watches while at least one view shows it', () => {
    const { model, monitor } = makeModel();
    expect(monitor.calls).toEqual([]);
    const first = model.show();
    const second = model.show();
    first.dispose();
    first.dispose();
    expect(monitor.calls).toEqual(['start']);
    second.dispose();
    expect(monitor.calls).toEqual(['start', 'stop']);
  });

  it('stops and starts with the setting, and never asks when it is off', () => {
    const { model, monitor, settings } = makeModel({ monitor: false });
    model.show();
    expect(monitor.calls).toEqual([]);
    settings.put({ monitor: true });
    settings.put({ monitor: false });
    expect(monitor.calls).toEqual(['start', 'stop']);
  });

  it('tells the kernel when the user wants figures at another pace', () => {
    const { model, monitor, settings } = makeModel();
    model.show();
    settings.put({ warnMinutes: 5 });
    settings.put({ sampleInterval: 10 });
    settings.put({ warnMinutes: 6 });
    expect(monitor.calls).toEqual(['start', 'refresh']);
  });

  it('tells the age by the clock of the kernel, which may be hours off', () => {
    let now = 10000;
    const { model, monitor } = makeModel({}, () => now);
    expect(model.age).toBeNull();
    // This one was on its way for three seconds, the next one for none.
    monitor.push(sample({ time: 997 }));
    now = 10002;
    monitor.push(sample({ time: 1002 }));
    now = 10012;
    expect(model.age).toBe(10);
    expect(model.kernelTime).toBe(1012);
  });

  it('takes the clock of another machine anew', () => {
    let now = 10000;
    const { model, monitor } = makeModel({}, () => now);
    monitor.push(sample({ time: 9000 }));
    const kernel = { ...sample().kernel, host: 'other' };
    monitor.push(sample({ time: 2000, kernel }));
    now = 10005;
    expect(model.age).toBe(5);
  });

  it('says nothing any more when its notebook is closed', () => {
    const { model, monitor, settings } = makeModel();
    const changed = jest.fn();
    model.changed.connect(changed);
    model.show();
    model.dispose();
    settings.put({ monitor: false });
    expect(changed).not.toHaveBeenCalled();
    expect(monitor.isDisposed).toBe(true);
  });
});

describe('summary', () => {
  it('names accelerator, memory and the time left', () => {
    const { model, monitor } = makeModel();
    expect(summary(model, trans)).toBe('');
    monitor.push(sample());
    expect(summary(model, trans)).toBe('T4 62 % · 3.1 / 15 GB · 11 h');
  });

  it('adds up several devices and leaves out what is not known', () => {
    const { model, monitor } = makeModel();
    const devices = [T4, { ...T4, index: 1, utilization: 38 }];
    const accelerator = { ...sample().accelerator!, devices };
    monitor.push(sample({ accelerator, platform: null }));
    expect(summary(model, trans)).toBe('2 × T4 50 % · 6.2 / 30 GB');
  });

  it('falls back to the memory of the machine without an accelerator', () => {
    const { model, monitor } = makeModel({ sessionHours: 2 });
    monitor.push(sample({ accelerator: null }));
    expect(summary(model, trans)).toBe('CPU · 4 / 12 GB · 1 h');
    monitor.push(sample({ accelerator: null, memory: null, platform: null }));
    expect(summary(model, trans)).toBe('CPU · 1 h 16 min');
  });
});
