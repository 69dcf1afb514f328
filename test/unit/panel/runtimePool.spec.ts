import { Signal } from '@lumino/signaling';

import { RuntimePool } from '../../../src/panel/runtimePool';
import { FakeMonitor, FakeSettings, sample } from './fakes';

it('reads the limits of a server again that was away', async () => {
  const owner = {};
  const connectionStatusChanged = new Signal<object, string>(owner);
  const panel = {
    title: { label: 'train.ipynb' },
    disposed: new Signal<object, void>(owner),
    sessionContext: { connectionStatusChanged }
  };
  const monitor = new FakeMonitor();
  const kernels = {
    idle_timeout: 600,
    interval: 60,
    connected: true,
    busy: false
  };
  const limits = {
    changed: new Signal<object, void>(owner),
    current: null as object | null,
    read: jest.fn(async () => {
      limits.current = { format: 1, kernels };
      limits.changed.emit();
    })
  };
  const pool = new RuntimePool({
    createMonitor: () => monitor,
    settings: new FakeSettings(),
    limits: limits as any
  });
  const model = pool.of(panel as any);
  monitor.push(sample({ platform: null }));
  expect(model.time.limits).toEqual([]);
  const changed = jest.fn();
  model.changed.connect(changed);
  for (const status of ['connecting', 'disconnected', 'connecting']) {
    connectionStatusChanged.emit(status);
  }
  expect(limits.read).not.toHaveBeenCalled();
  connectionStatusChanged.emit('connected');
  expect(limits.read).toHaveBeenCalledTimes(1);
  expect(changed).toHaveBeenCalledTimes(1);
  expect(model.time.limits).toMatchObject([{ kind: 'idle', seconds: 600 }]);
});
