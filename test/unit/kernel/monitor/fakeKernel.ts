import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { SessionMonitor } from '../../../../src/kernel/monitor/sessionMonitor';

export const trans = nullTranslator.load('');

/** What the kernel's side answers, by the name of the question. */
type Answers = Record<string, unknown>;

export const SAMPLE = {
  time: 1,
  busy: false,
  interval: 2,
  cost: 0.001,
  runs: [],
  problems: {}
};

export const run = (more: object): object => ({
  name: 'digits',
  folder: '/runs/digits',
  live: true,
  step: 9,
  committed: 5,
  saved: 100,
  failed: false,
  history: [[1, { loss: 1 }]],
  ...more
});

/** A kernel connection that answers as a test wants. */
export class FakeKernel {
  readonly id = 'k1';
  readonly clientId = 'c';
  readonly username = '';
  readonly isDisposed = false;
  status = 'idle';
  connectionStatus = 'connected';
  supportsSubshells = false;
  language = 'python';
  answers: Answers = {};
  hangs = false;
  /** The question that ends with an error. */
  fails = '';
  readonly asked: string[] = [];
  readonly intervals: number[] = [];
  readonly inSubshell: string[] = [];
  readonly statusChanged = new Signal<this, string>(this);
  readonly connectionStatusChanged = new Signal<this, string>(this);
  readonly iopubMessage = new Signal<this, any>(this);

  get info(): Promise<unknown> {
    return Promise.resolve({ language_info: { name: this.language } });
  }

  requestExecute(content: any): any {
    return this._future(content, this.asked);
  }

  sendShellMessage(message: any): any {
    expect(message.header.subshell_id).toBe('s1');
    return this._future(message.content, this.inSubshell);
  }

  sendControlMessage(message: any): any {
    const isCreating = message.header.msg_type === 'create_subshell_request';
    const content = isCreating ? { subshell_id: 's1' } : {};
    return { done: Promise.resolve({ content }) };
  }

  become(status: string): void {
    this.status = status;
    this.statusChanged.emit(status);
  }

  push(sample: object, id = `runtime-kit-monitor-${this.id}`): void {
    this.iopubMessage.emit({
      header: { msg_type: 'comm_msg' },
      content: { comm_id: id, data: { kind: 'sample', sample } }
    });
  }

  /** Say something over the request with this id. */
  publish(type: string, content: object, parent: string): void {
    this.iopubMessage.emit({
      header: { msg_type: type },
      parent_header: { msg_id: parent },
      content
    });
  }

  /** What JupyterLab does with what was not answered before a restart. */
  cancel(): void {
    this._futures.forEach(reject => reject(new Error('Canceled future')));
  }

  private _futures: ((reason: Error) => void)[] = [];

  private _future(content: any, log: string[]): any {
    const expression: string = content.user_expressions.runtime_kit;
    const name = Object.keys(this.answers).find(each =>
      expression.includes(`["${each}", [`)
    );
    log.push(name ?? 'unknown');
    // The last argument of a question that has one.
    const interval = /, (\d+)(, \w+)?\], 1, "/.exec(expression);
    this.intervals.push(...(interval ? [Number(interval[1])] : []));
    const text = `'${JSON.stringify(this.answers[name ?? ''] ?? {})}'`;
    const value =
      this.fails && name === this.fails
        ? { status: 'error', ename: 'NameError', evalue: 'x' }
        : { status: 'ok', data: { 'text/plain': text } };
    const reply = {
      content: { status: 'ok', user_expressions: { runtime_kit: value } }
    };
    return {
      done: this.hangs
        ? new Promise((_, reject) => this._futures.push(reject))
        : Promise.resolve(reply),
      dispose: () => undefined
    };
  }
}

/** A notebook's session. */
export class FakeSession {
  isDisposed = false;
  readonly disposed = new Signal<this, void>(this);
  readonly kernelChanged = new Signal<this, any>(this);
  session: { kernel: FakeKernel | null } | null;

  constructor(kernel: FakeKernel | null) {
    this.session = { kernel };
  }

  dispose(): void {
    this.isDisposed = true;
    this.disposed.emit();
  }

  change(kernel: FakeKernel | null): void {
    this.session = { kernel };
    this.kernelChanged.emit({});
  }
}

/** A kernel with a monitor, and more answers. */
export function answering(answers: Answers = {}): FakeKernel {
  const kernel = new FakeKernel();
  kernel.answers = {
    connect: { pushes: true, sample: SAMPLE },
    refresh: { sample: { ...SAMPLE, time: 2 } },
    disconnect: {},
    ...answers
  };
  return kernel;
}

/** The monitor of a session. */
export function monitorOf(session: FakeSession): SessionMonitor {
  return new SessionMonitor(session as any, trans);
}

/** All that is to come at once has come. */
export const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) {
    await Promise.resolve();
  }
};
