import type { IExecution } from '../../../src/outputs/journalClient';
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
    failed: false,
    seq: 1,
    outputs: 2,
    size: 10,
    dropped: 0,
    ...change
  };
}

function plan(
  executions: IExecution[],
  cell: Partial<Parameters<typeof planRestore>[0][0]> = {},
  current = true
): string[] {
  const cells = [{ id: 'a', count: null, outputs: 0, request: null, ...cell }];
  return planRestore(cells, [{ kernel: 'k', current, executions }], SAVED).map(
    step => `${step.kind} ${step.execution.id}`
  );
}

describe('planRestore', () => {
  it('restores what ended after the notebook was saved', () => {
    expect(plan([execution()])).toEqual(['restore request']);
  });

  it('keeps what was saved after the end, also outputs that were cleared', () => {
    expect(plan([execution({ finished: 999 })])).toEqual([]);
  });

  it('follows what runs or waits', () => {
    for (const state of ['running', 'queued'] as const) {
      expect(plan([execution({ state, finished: null })])).toEqual([
        'follow request'
      ]);
    }
  });

  it('takes the newest execution of a cell', () => {
    const old = execution({ id: 'old', started: 100 });
    const fresh = execution({ id: 'new', started: 950 });
    expect(plan([old, fresh])).toEqual(['restore new']);
    expect(plan([fresh, old])).toEqual(['restore new']);
  });

  it('leaves alone what this page runs itself', () => {
    expect(plan([execution()], { request: 'request' })).toEqual([]);
    expect(plan([execution()], { request: 'another' })).toEqual([]);
  });

  it('shows the last outputs of a kernel that died', () => {
    expect(plan([execution({ state: 'died' })], {}, false)).toEqual([
      'restore request'
    ]);
  });

  it('follows nothing of a kernel that the notebook does not have', () => {
    const running = execution({ state: 'running', finished: null });
    expect(plan([running], {}, false)).toEqual([]);
  });

  it('does not wait for what an idle kernel never received', () => {
    const queued = execution({ state: 'queued', finished: null });
    const kernel = { kernel: 'k', current: true, executions: [queued] };
    const cells = [{ id: 'a', count: null, outputs: 0, request: null }];
    expect(planRestore(cells, [{ ...kernel, idle: true }], SAVED)).toEqual([]);
    expect(
      planRestore(cells, [{ ...kernel, idle: false }], SAVED)
    ).toHaveLength(1);
  });

  it('shows nothing for what never began or has no cell', () => {
    expect(plan([execution({ state: 'aborted' })])).toEqual([]);
    expect(plan([execution({ cell: null })])).toEqual([]);
    expect(plan([execution({ cell: 'deleted' })])).toEqual([]);
  });
});
