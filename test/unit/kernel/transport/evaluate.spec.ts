import { Signal } from '@lumino/signaling';

import {
  evaluate,
  IEvaluatingKernel
} from '../../../../src/kernel/transport/evaluate';

/** A kernel that answers as it is told; the real one is used in the browser tests. */
class FakeKernel {
  status = 'idle';
  statusChanged = new Signal<this, string>(this);
  requests: { code: string; silent: boolean }[] = [];
  disposed = 0;
  reply: Promise<unknown> = new Promise(() => undefined);

  requestExecute(content: { code: string; silent: boolean }): unknown {
    this.requests.push(content);
    return { done: this.reply, dispose: () => this.disposed++ };
  }

  become(status: string): void {
    this.status = status;
    this.statusChanged.emit(status);
  }

  get connection(): IEvaluatingKernel {
    return this as unknown as IEvaluatingKernel;
  }
}

const ok = (result: unknown): Promise<unknown> =>
  Promise.resolve({
    content: { status: 'ok', user_expressions: { runtime_kit: result } }
  });

describe('evaluate', () => {
  it('gives the text of the value and asks silently', async () => {
    const kernel = new FakeKernel();
    kernel.reply = ok({ status: 'ok', data: { 'text/plain': '3' } });
    expect(await evaluate(kernel.connection, '1 + 2', 1000)).toEqual({
      kind: 'value',
      text: '3'
    });
    expect(kernel.requests).toEqual([
      {
        code: '',
        silent: true,
        store_history: false,
        allow_stdin: false,
        stop_on_error: false,
        user_expressions: { runtime_kit: '1 + 2' }
      }
    ]);
    expect(kernel.disposed).toBe(1);
  });

  it('does not ask a kernel that stays busy', async () => {
    const kernel = new FakeKernel();
    kernel.status = 'busy';
    expect(await evaluate(kernel.connection, '1', 20)).toEqual({
      kind: 'busy'
    });
    expect(kernel.requests).toEqual([]);
  });

  it('asks when the kernel gets idle in time', async () => {
    const kernel = new FakeKernel();
    kernel.status = 'starting';
    kernel.reply = ok({ status: 'ok', data: { 'text/plain': '1' } });
    const answer = evaluate(kernel.connection, '1', 5000);
    kernel.become('busy');
    expect(kernel.requests).toHaveLength(0);
    kernel.become('idle');
    expect(await answer).toEqual({ kind: 'value', text: '1' });
  });

  it('knows a dead kernel at once', async () => {
    const kernel = new FakeKernel();
    kernel.status = 'dead';
    expect(await evaluate(kernel.connection, '1', 5000)).toEqual({
      kind: 'gone'
    });
  });

  it('gives up on a kernel that does not answer', async () => {
    const kernel = new FakeKernel();
    expect(await evaluate(kernel.connection, '1', 20)).toEqual({
      kind: 'timeout'
    });
    expect(kernel.disposed).toBe(1);
  });

  it('tells restart, abort and errors apart', async () => {
    const kernel = new FakeKernel();
    kernel.reply = Promise.reject(new Error('Canceled'));
    expect(await evaluate(kernel.connection, '1', 1000)).toEqual({
      kind: 'restarted'
    });
    kernel.reply = Promise.resolve({ content: { status: 'aborted' } });
    expect(await evaluate(kernel.connection, '1', 1000)).toEqual({
      kind: 'aborted'
    });
    kernel.reply = ok({ status: 'error', ename: 'NameError', evalue: 'x' });
    expect(await evaluate(kernel.connection, 'x', 1000)).toEqual({
      kind: 'error',
      message: 'NameError: x'
    });
    kernel.reply = ok(undefined);
    expect((await evaluate(kernel.connection, 'x', 1000)).kind).toBe('error');
  });
});
