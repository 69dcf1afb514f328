import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';

import { DeadlineWatch } from '../../../src/panel/deadlineWatch';
import { RunActions } from '../../../src/panel/runActions';
import { RuntimeModel } from '../../../src/panel/runtimeModel';
import { FakeMonitor, FakeSettings, run, sample } from './fakes';

const HOUR = 3600;
const trans = nullTranslator.load('');

/** Forgets when it is stopped, as the real one does. */
class ForgettingMonitor extends FakeMonitor {
  stop(): void {
    super.stop();
    this.latest = null;
  }
}

describe('DeadlineWatch', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    Notification.dismiss();
    jest.useRealTimers();
  });

  it('warns of the end of a runtime that no view shows any more', () => {
    const begin = Date.now() / 1000;
    const monitor = new ForgettingMonitor();
    const model = new RuntimeModel({
      monitor,
      settings: new FakeSettings({ warnMinutes: 15 }),
      name: () => 'train.ipynb',
      // An hour after the start of a session of twelve.
      now: () => HOUR + Date.now() / 1000 - begin
    });
    new DeadlineWatch(model, new RunActions(trans), trans);
    const view = model.show();
    const live = run({ live: true });
    monitor.push(sample({ time: HOUR, runs: [live] }));
    view.dispose();
    expect(monitor.calls).toEqual(['start', 'stop']);

    jest.advanceTimersByTime(11 * HOUR * 1000);
    expect(monitor.calls).toEqual(['start', 'stop', 'start']);
    monitor.push(sample({ time: 12 * HOUR, runs: [live] }));
    expect(monitor.calls).toEqual(['start', 'stop', 'start', 'stop']);
    const [{ message, options }] = Notification.manager.notifications;
    expect(message).toContain('train.ipynb');
    expect(options.actions?.map(({ label }) => label)).toEqual([
      'Checkpoint digits now'
    ]);
    model.dispose();
  });
});
