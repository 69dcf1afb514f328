import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';

import { DeadlineWatch } from '../../../../src/panel/actions/deadlineWatch';
import { RunActions } from '../../../../src/panel/actions/runActions';
import { RuntimeModel } from '../../../../src/panel/model/runtimeModel';
import { FakeMonitor, FakeSettings, run, sample } from '../fakes';

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

  it('takes its warning back when that is not so any more', () => {
    const monitor = new FakeMonitor();
    const settings = new FakeSettings({ sessionHours: 1, warnMinutes: 15 });
    const name = (): string => 'train.ipynb';
    const now = (): number => 0.9 * HOUR;
    const model = new RuntimeModel({ monitor, settings, name, now });
    new DeadlineWatch(model, new RunActions(trans), trans);
    const told = (): string[] =>
      Notification.manager.notifications.map(({ message }) => message);
    const kernel = { ...sample().kernel, started: 0 };
    const push = (): void =>
      monitor.push(sample({ time: now(), platform: null, kernel }));
    push();
    expect(told()).toEqual(['train.ipynb: this runtime ends in about 6 min.']);
    // The user knows better how long it lasts, then gives it less again.
    settings.put({ sessionHours: 12 });
    expect(told()).toEqual([]);
    settings.put({ sessionHours: 0.5 });
    expect(told()).toEqual([
      'train.ipynb: this runtime has reached its limit and may end at any time.'
    ]);
    settings.put({ warnMinutes: 0 });
    expect(told()).toEqual([]);
    settings.put({ warnMinutes: 15 });
    expect(told()).toHaveLength(1);
    // Nothing is said twice of one end.
    Notification.dismiss();
    push();
    expect(told()).toEqual([]);
    settings.put({ sessionHours: 0.6 });
    expect(told()).toHaveLength(1);
    model.dispose();
    expect(told()).toEqual([]);
  });
});
