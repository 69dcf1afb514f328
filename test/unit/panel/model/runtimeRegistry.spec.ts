import { Signal } from '@lumino/signaling';

import { RuntimeRegistry } from '../../../../src/panel/model/runtimeRegistry';
import { FakeMonitor, FakeSettings, sample } from '../fakes';

it('shows the new name of a notebook at once', () => {
  const owner = {};
  const title = {
    label: 'train.ipynb',
    changed: new Signal<object, void>(owner)
  };
  const panel = {
    title,
    disposed: new Signal<object, void>(owner),
    sessionContext: { connectionStatusChanged: new Signal(owner) }
  };
  const registry = new RuntimeRegistry({
    createMonitor: () => new FakeMonitor(),
    settings: new FakeSettings()
  });
  const model = registry.of(panel as any);
  const names: string[] = [];
  model.changed.connect(({ name }) => names.push(name));
  title.label = 'other.ipynb';
  title.changed.emit();
  expect(names).toEqual(['other.ipynb']);
  panel.disposed.emit();
  title.changed.emit();
  expect(names).toHaveLength(1);
});

it('reads the limits of a server again that was away', async () => {
  const owner = {};
  const connectionStatusChanged = new Signal<object, string>(owner);
  const panel = {
    title: { label: 'train.ipynb', changed: new Signal(owner) },
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
  const registry = new RuntimeRegistry({
    createMonitor: () => monitor,
    settings: new FakeSettings(),
    limits: limits as any
  });
  const model = registry.of(panel as any);
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
