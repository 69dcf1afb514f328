import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';

import { readPythonLiteral } from '../snippets/readliteral';
import { evaluateBeside, type IBesideKernel } from './beside';
import { carriedCall } from './carry';
import { type Answer, evaluate, type IEvaluatingKernel } from './evaluate';
import type { IRun, ISample } from './monitor';
import { DIGEST, ENTRY, PROTOCOL, SOURCES } from './monitorSources';

/** The part of a kernel connection that the monitor needs. */
export type IMonitoredKernel = IEvaluatingKernel &
  IBesideKernel &
  Pick<
    Kernel.IKernelConnection,
    | 'id'
    | 'info'
    | 'isDisposed'
    | 'iopubMessage'
    | 'connectionStatus'
    | 'connectionStatusChanged'
  >;

/** A sample as it comes from the kernel: what did not change may be left out. */
export type RawSample = Omit<Partial<ISample>, 'runs'> & {
  runs?: (Omit<IRun, 'history'> & Partial<Pick<IRun, 'history'>>)[];
};

/** What `link.py` answers; the question decides which keys there are. */
export interface IAnswered {
  missing?: boolean;
  pushes?: boolean;
  sample?: RawSample;
  ok?: boolean;
  text?: string;
  step?: number | null;
  folder?: string;
  since?: number;
}

/** What a question to the kernel's monitor came to. */
export type Reply =
  { kind: 'value'; value: IAnswered } | Exclude<Answer, { kind: 'value' }>;

/** What the kernel sends by itself while a cell runs. */
export interface IPush {
  kind: 'sample';
  sample: RawSample;
}

/** Milliseconds for carrying the monitor and for a first sample. */
const TIMEOUT = 20_000;

/**
 * The connection to the monitor of one kernel: questions, and what the kernel
 * pushes. `telemetry/link.py` is its other end.
 */
export class MonitorChannel implements IDisposable {
  /**
   * @param onPush - Called for each sample that the kernel sends by itself.
   */
  constructor(kernel: IMonitoredKernel, onPush: (sample: RawSample) => void) {
    this._kernel = kernel;
    this._onPush = onPush;
    this._commId = `runtime-kit-monitor-${kernel.id}`;
    kernel.iopubMessage.connect(this._onMessage, this);
  }

  /** Names this page's connection towards the kernel. */
  readonly client = UUID.uuid4();

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Milliseconds until the kernel's status is to be believed. That of a subshell
   * is taken for the kernel's, until the kernel says that it is busy.
   */
  get settling(): number {
    return Date.now() - this._besideAt < 2500 ? 2500 : 300;
  }

  /** Whether the kernel can be asked while a cell runs. */
  get reachesBeside(): boolean {
    return this._kernel.supportsSubshells;
  }

  /**
   * Watch the kernel.
   *
   * @param beside - Over a subshell, while a cell runs.
   */
  connect(beside: boolean): Promise<Reply> {
    return this.ask('connect', [this.client, this._commId, beside], beside);
  }

  /** Call a function of `telemetry/link.py`. */
  async ask(
    name: string,
    args: readonly unknown[],
    beside = false,
    timeout = TIMEOUT
  ): Promise<Reply> {
    const short = await this._ask(name, args, beside, timeout, false);
    if (short.kind !== 'value' || !short.value.missing) {
      return short;
    }
    return this._ask(name, args, beside, timeout, true);
  }

  dispose(): void {
    this._isDisposed = true;
    this._kernel.iopubMessage.disconnect(this._onMessage, this);
  }

  private async _ask(
    name: string,
    args: readonly unknown[],
    beside: boolean,
    timeout: number,
    carry: boolean
  ): Promise<Reply> {
    const call = [name, [...args], PROTOCOL, DIGEST];
    const expression = carriedCall(
      ENTRY,
      'ask',
      carry ? [...call, SOURCES] : call
    );
    let answer: Answer;
    try {
      answer = await (beside ? evaluateBeside : evaluate)(
        this._kernel,
        expression,
        timeout
      );
      this._besideAt = beside ? Date.now() : this._besideAt;
    } catch (reason) {
      // The connection was closed in this moment.
      return { kind: 'gone' };
    }
    if (answer.kind !== 'value') {
      return answer;
    }
    try {
      const text = readPythonLiteral(answer.text) as string;
      return { kind: 'value', value: JSON.parse(text) };
    } catch (reason) {
      return { kind: 'error', message: 'the kernel gave no readable answer' };
    }
  }

  private _onMessage(_: unknown, message: KernelMessage.IIOPubMessage): void {
    if (message.header.msg_type !== 'comm_msg') {
      return;
    }
    const { comm_id, data } =
      message.content as KernelMessage.ICommMsgMsg['content'];
    if (comm_id === this._commId && isPush(data)) {
      this._onPush(data.sample);
    }
  }

  private _kernel: IMonitoredKernel;
  private _onPush: (sample: RawSample) => void;
  // The same for all pages: one that is opened while a cell runs hears at once
  // what the kernel sends for another, or for itself before a reload.
  private readonly _commId: string;
  private _besideAt = 0;
  private _isDisposed = false;
}

/** Whether the monitor, which is Python, can run in a kernel. */
export async function speaksPython(kernel: IMonitoredKernel): Promise<boolean> {
  const { language_info } = await kernel.info;
  return /^i?python/i.test(language_info?.name ?? '');
}

/** Tell the kernel that nobody watches from here, now or at its cell's end. */
export function leaveWhenIdle(
  kernel: IMonitoredKernel,
  channel: MonitorChannel
): void {
  const leave = (): void => {
    if (kernel.status === 'idle' || kernel.status === 'dead') {
      kernel.statusChanged.disconnect(leave);
      void channel.ask('disconnect', [channel.client]);
    }
  };
  kernel.statusChanged.connect(leave);
  leave();
}

function isPush(data: unknown): data is IPush {
  const { kind } = (data ?? {}) as { kind?: unknown };
  return kind === 'sample';
}
