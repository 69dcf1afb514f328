import { NotebookActions } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import { askCellNames } from '../../../../src/kernel/queries/cellNames';
import { ResumeOffer } from '../../../../src/panel/resume/resumeOffer';
import { RuntimeModel } from '../../../../src/panel/model/runtimeModel';
import { FakeMonitor, FakeSettings, NO_NAMES, run, sample } from '../fakes';

jest.mock('../../../../src/kernel/queries/cellNames', () => ({
  askCellNames: jest.fn()
}));

class Panel {
  readonly isDisposed = false;
  readonly disposed = new Signal<this, void>(this);
  readonly sessionContext = {
    session: { kernel: {} },
    statusChanged: new Signal<object, string>({}),
    kernelChanged: new Signal<object, void>({})
  };
  readonly content = {
    widgets: ['kit', 'train'].map(id => ({
      model: {
        id,
        type: 'code',
        trusted: true,
        getMetadata: () => (id === 'kit' ? { snippet: 'checkpoint' } : null),
        sharedModel: { getSource: () => id }
      }
    }))
  };
}

describe('ResumeOffer', () => {
  let panel: Panel;
  let offered: string[] | null;
  let planNow: () => Promise<string[]>;
  let monitor: FakeMonitor;

  /** The first sample of a process, and what comes of it. */
  async function start(pid: number): Promise<void> {
    const kernel = { ...sample().kernel, pid };
    monitor.push(sample({ busy: false, kernel, runs: [run()] }));
    for (let turn = 0; turn < 20; turn++) {
      await Promise.resolve();
    }
  }

  beforeEach(async () => {
    jest.mocked(askCellNames).mockResolvedValue([
      { ...NO_NAMES, runs: ['digits'] },
      { ...NO_NAMES, trains: ['run'] }
    ]);
    panel = new Panel();
    offered = null;
    monitor = new FakeMonitor();
    const settings = new FakeSettings();
    const model = new RuntimeModel({ monitor, settings, name: () => '' });
    const notice = {
      show: (
        _: unknown,
        __: unknown,
        ___: unknown,
        ids: string[],
        plan: () => Promise<string[]>
      ) => {
        offered = ids;
        planNow = plan;
      },
      withdraw: () => {
        offered = null;
      }
    };
    new ResumeOffer(panel as any, model, notice as any);
    await start(1);
    expect(offered).toEqual(['kit', 'train']);
  });

  afterEach(() => panel.disposed.emit());

  const schedule = (id: string): void => {
    const cell = { model: { id } };
    (NotebookActions.executionScheduled as Signal<any, any>).emit({ cell });
  };

  it('is not made where a cell that would run is not trusted', async () => {
    panel.content.widgets[0].model.trusted = false;
    offered = null;
    panel.sessionContext.kernelChanged.emit();
    await start(2);
    expect(offered).toBeNull();
  });

  it('is made beside a cell that is not trusted and would not run', async () => {
    const [kit, train] = panel.content.widgets;
    const plot = { model: { ...train.model, id: 'plot', trusted: false } };
    panel.content.widgets.push(plot);
    jest
      .mocked(askCellNames)
      .mockResolvedValue([
        { ...NO_NAMES, runs: ['digits'] },
        { ...NO_NAMES, trains: ['run'] },
        NO_NAMES
      ]);
    panel.sessionContext.kernelChanged.emit();
    await start(2);
    expect(offered).toEqual(['kit', 'train']);
    // One that came to be needed meanwhile.
    panel.content.widgets.splice(0, 3, plot, kit, train);
    jest.mocked(askCellNames).mockResolvedValue([
      { ...NO_NAMES, binds: ['rate'] },
      { ...NO_NAMES, runs: ['digits'] },
      { ...NO_NAMES, trains: ['run'], reads: ['rate'] }
    ]);
    expect(await planNow()).toEqual([]);
  });

  it('is taken back when the user begins the training', () => {
    schedule('kit');
    schedule('of another notebook');
    expect(offered).not.toBeNull();
    schedule('train');
    expect(offered).toBeNull();
  });

  it('is taken back with the kernel that it was made for', () => {
    panel.sessionContext.kernelChanged.emit();
    expect(offered).toBeNull();
  });

  it('is not made over Restart and Run All', async () => {
    panel.sessionContext.statusChanged.emit('restarting');
    schedule('kit');
    schedule('train');
    await start(2);
    expect(offered).toBeNull();
    panel.sessionContext.statusChanged.emit('restarting');
    await start(3);
    expect(offered).not.toBeNull();
  });

  it('runs what the notebook has when the user says yes', async () => {
    expect(offered).toEqual(['kit', 'train']);
    const [kit, train] = panel.content.widgets;
    const setup = { model: { ...train.model, id: 'setup' } };
    panel.content.widgets.unshift(setup);
    const names = [
      { ...NO_NAMES, binds: ['rate'] },
      { ...NO_NAMES, runs: ['digits'] },
      { ...NO_NAMES, trains: ['run'], reads: ['rate'] }
    ];
    jest.mocked(askCellNames).mockResolvedValue(names);
    expect(await planNow()).toEqual(['setup', 'kit', 'train']);
    // The kernel does not answer: what is left of the offer.
    jest.mocked(askCellNames).mockResolvedValue(null);
    expect(await planNow()).toEqual(['kit', 'train']);
    panel.content.widgets.splice(0, 3, setup, train);
    expect(await planNow()).toEqual(['train']);
    panel.content.widgets.splice(0, 2, setup, kit);
    expect(await planNow()).toEqual([]);
  });

  it('hears of no cells any more when its notebook is closed', () => {
    panel.disposed.emit();
    offered = ['something'];
    schedule('train');
    expect(offered).not.toBeNull();
  });
});
