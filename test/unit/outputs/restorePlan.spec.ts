import type { IExecution } from '../../../src/outputs/journalClient';
import type {
  ICellState,
  IKernelExecutions,
  IReceived
} from '../../../src/outputs/restorePlan';
import { planRestore } from '../../../src/outputs/restorePlan';

const SAVED = 1000;

function execution(change: Partial<IExecution> = {}): IExecution {
  return {
    id: 'request',
    cell: 'a',
    session: 'page',
    state: 'done',
    count: 1,
    queued: 900,
    started: 900,
    finished: 1100,
    changed: 1100,
    failed: false,
    seq: 1,
    messages: 4,
    last: ['m4', '2026-01-01T00:00:00Z'],
    displays: [],
    updates: {},
    outputs: 2,
    size: 10,
    dropped: 0,
    lost: 0,
    ...change
  };
}

const RECEIVED = { isComplete: () => true, isDecided: () => false };

function plan(
  executions: IExecution[],
  cell: Partial<ICellState> = {},
  kernel: Partial<IKernelExecutions> = {},
  received: Partial<IReceived> = {}
): string[] {
  const cells = [{ id: 'a', count: null, outputs: 0, request: null, ...cell }];
  const kernels = [{ kernel: 'k', current: true, executions, ...kernel }];
  return planRestore(cells, kernels, SAVED, { ...RECEIVED, ...received }).map(
    step => `${step.kind} ${step.execution.id}`
  );
}

describe('planRestore', () => {
  it('restores what ended after the notebook was saved', () => {
    expect(plan([execution()])).toEqual(['restore request']);
  });

  it('keeps what was saved after the end, also outputs that were cleared', () => {
    const old = { finished: 997, changed: 997 };
    expect(plan([execution(old)])).toEqual([]);
    expect(plan([execution(old)], { count: 1, outputs: 2 })).toEqual([]);
  });

  it('looks at what ended while the notebook was being saved', () => {
    expect(plan([execution({ finished: 999 })])).toEqual(['restore request']);
  });

  it('restores what changed after the notebook was saved, but not what was cleared', () => {
    const updated = execution({ finished: 900, changed: 1100 });
    expect(plan([updated], { count: 1, outputs: 2 })).toEqual([
      'restore request'
    ]);
    expect(plan([updated])).toEqual([]);
  });

  it('asks whether a cell that was saved as running holds only the beginning', () => {
    const old = execution({ finished: 900, changed: 900 });
    expect(plan([old], { outputs: 1 })).toEqual(['extend request']);
  });

  it('follows what runs or waits', () => {
    for (const state of ['running', 'queued'] as const) {
      expect(plan([execution({ state, finished: null })])).toEqual([
        'follow request'
      ]);
    }
  });

  it('takes the newest execution of a cell', () => {
    const old = execution({ id: 'old', queued: 100, started: 100 });
    const fresh = execution({ id: 'new', started: 950 });
    expect(plan([old, fresh])).toEqual(['restore new']);
    expect(plan([fresh, old])).toEqual(['restore new']);
  });

  it('takes the later run of a cell that was run again while it waited', () => {
    const first = execution({ id: 'first', queued: 10, started: 950 });
    const open = { started: null, finished: null, state: 'queued' } as const;
    const again = execution({ id: 'again', queued: 20, ...open });
    expect(plan([first, again])).toEqual(['follow again']);
  });

  it('takes what a cell printed before a run that never began', () => {
    const done = execution({ id: 'done' });
    const aborted = execution({ id: 'no', queued: 950, state: 'aborted' });
    expect(plan([done, aborted])).toEqual(['restore done']);
  });

  it('leaves alone what this page runs itself', () => {
    expect(plan([execution()], { request: 'request' })).toEqual([]);
    expect(plan([execution()], { request: 'another' })).toEqual([]);
  });

  it('restores what this page ran when it has missed some of it', () => {
    const missed = { isComplete: () => false };
    const kernel = {};
    expect(plan([execution()], { request: 'request' }, kernel, missed)).toEqual(
      ['restore request']
    );
    expect(plan([execution()], { request: 'another' }, kernel, missed)).toEqual(
      []
    );
  });

  it('decides once about an execution', () => {
    const decided = { isDecided: () => true };
    expect(plan([execution()], {}, {}, decided)).toEqual([]);
  });

  it('shows the last outputs of a kernel that died', () => {
    expect(
      plan([execution({ state: 'died' })], {}, { current: false })
    ).toEqual(['restore request']);
  });

  it('follows nothing of a kernel that the notebook does not have', () => {
    const running = execution({ state: 'running', finished: null });
    expect(plan([running], {}, { current: false })).toEqual([]);
  });

  it('does not wait for what an idle kernel never received', () => {
    const queued = execution({ state: 'queued', finished: null });
    expect(plan([queued], {}, { idle: true })).toEqual([]);
    expect(plan([queued], {}, { idle: false })).toHaveLength(1);
  });

  it('follows behind a cell that runs, though the kernel looks idle', () => {
    // A message on the control channel ends with the status idle.
    const running = execution({ state: 'running', cell: 'b', finished: null });
    const queued = execution({ state: 'queued', finished: null });
    expect(plan([running, queued], {}, { idle: true })).toEqual([
      'follow request'
    ]);
  });

  it('shows nothing for what never began or has no cell', () => {
    expect(plan([execution({ state: 'aborted' })])).toEqual([]);
    expect(plan([execution({ cell: null })])).toEqual([]);
    expect(plan([execution({ cell: 'deleted' })])).toEqual([]);
  });
});
