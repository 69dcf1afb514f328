import { evaluateInSubshell } from '../../../../src/kernel/transport/subshell';
import { FakeKernel } from '../monitor/fakeKernel';

describe('evaluateInSubshell', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('deletes its subshell where no cell is near', async () => {
    const kernel = new FakeKernel();
    const sent = jest.spyOn(kernel, 'sendControlMessage');
    const types = () => sent.mock.calls.map(([{ header }]) => header.msg_type);
    const created = ['create_subshell_request'];
    kernel.become('busy');
    const answer = evaluateInSubshell(kernel as any, 'question()', 1000);
    await jest.advanceTimersByTimeAsync(10000);
    await answer;
    expect(types()).toEqual(created);
    // The end of one cell; the next begins. Its status would be said idle.
    kernel.become('idle');
    await jest.advanceTimersByTimeAsync(50);
    kernel.become('busy');
    await jest.advanceTimersByTimeAsync(10000);
    expect(types()).toEqual(created);
    kernel.become('idle');
    await jest.advanceTimersByTimeAsync(10000);
    expect(types()).toEqual([...created, 'delete_subshell_request']);
    kernel.become('busy');
    kernel.become('idle');
    await jest.advanceTimersByTimeAsync(10000);
    expect(types()).toHaveLength(2);
  });
});
