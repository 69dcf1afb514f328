import { Signal } from '@lumino/signaling';

import { RequirementsWatch } from '../../../src/requirements/requirementsWatch';
import { FakeSettings } from '../panel/fakes';

function panelWith(status: string) {
  const kernel = { status };
  const owner = {};
  const statusChanged = new Signal<object, string>(owner);
  return {
    sessionContext: { statusChanged, session: { kernel } },
    become(next: string) {
      kernel.status = next;
      statusChanged.emit(next);
    }
  };
}

function setUp(panel: ReturnType<typeof panelWith>) {
  const tracker: any = { currentWidget: panel, currentChanged: new Signal({}) };
  const catalog: any = { changed: new Signal({}) };
  const settings = new FakeSettings();
  const missing: any = { ask: jest.fn(() => Promise.resolve()) };
  const watch = new RequirementsWatch({ catalog, missing, settings, tracker });
  return { catalog, missing, settings, tracker, watch };
}

describe('PiecesWatch', () => {
  it('asks once after each start of a kernel, when it is idle', () => {
    const panel = panelWith('starting');
    const { missing, watch } = setUp(panel);
    watch.show();
    expect(missing.ask).toHaveBeenCalledTimes(0);
    // The question itself makes the kernel busy and idle again.
    ['idle', 'busy', 'idle', 'busy', 'idle'].forEach(panel.become);
    expect(missing.ask).toHaveBeenCalledTimes(1);
    ['restarting', 'starting', 'idle', 'busy', 'idle'].forEach(panel.become);
    expect(missing.ask).toHaveBeenCalledTimes(2);
  });

  it('asks each notebook that is looked at, and again for new snippets', () => {
    const { catalog, missing, tracker, watch } = setUp(panelWith('idle'));
    watch.show();
    tracker.currentWidget = panelWith('busy');
    tracker.currentChanged.emit();
    expect(missing.ask).toHaveBeenCalledTimes(1);
    tracker.currentWidget.become('idle');
    expect(missing.ask).toHaveBeenCalledTimes(2);
    catalog.changed.emit();
    expect(missing.ask).toHaveBeenCalledTimes(3);
  });

  it('asks nothing while no list is seen, or the user wants no kernel asked', () => {
    const panel = panelWith('idle');
    const { catalog, missing, settings, watch } = setUp(panel);
    settings.put({ monitor: false });
    const shown = watch.show();
    panel.become('idle');
    expect(missing.ask).toHaveBeenCalledTimes(0);
    shown.dispose();
    settings.put({ monitor: true });
    panel.become('idle');
    catalog.changed.emit();
    expect(missing.ask).toHaveBeenCalledTimes(0);
    watch.show();
    expect(missing.ask).toHaveBeenCalledTimes(1);
  });
});
