import type { KernelMessage, Kernel } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';

import { readPythonLiteral } from '../../snippets/format/readliteral';
import { evaluateInSubshell } from '../transport/subshell';
import { injectedCall } from '../transport/injectedCall';
import { type Answer, evaluate } from '../transport/evaluate';
import { readAnswered, type Reply } from './monitorProtocol';
import { DIGEST, ENTRY, PROTOCOL, SOURCES } from './monitorSources';
import { type RawSample, readSample } from './sample';
import { RunningCells } from './runningCells';
import type { ISubshellKernel } from '../transport/subshell';
import type { IEvaluatingKernel } from '../transport/evaluate';

/** Seconds between samples where nobody says otherwise, as in `budget.py`. */
const USUAL = 2;
/** Milliseconds for carrying the monitor and for a first sample. */
const TIMEOUT = 20_000;

/**
 * The connection to the monitor of one kernel: questions, and what the kernel
 * pushes. `telemetry/link.py` is its other end.
 */
export class MonitorChannel {
  /**
   * @param onPush - Called for each sample that the kernel sends by itself.
   * @param interval - Seconds between samples that the user wants.
   */
  constructor(
    private _kernel: IMonitoredKernel,
    private _onPush: (sample: RawSample) => void,
    private _interval: () => number = () => USUAL
  ) {
    this._commId = `runtime-kit-monitor-${_kernel.id}`;
    _kernel.iopubMessage.connect(this._onMessage, this);
  }

  /** Names this page's connection towards the kernel. */
  readonly client = UUID.uuid4();

  /** What runs there of the users' cells. */
  readonly cells = new RunningCells();

  /** Since the kernel was asked a cell was run, by whomever and however short, or an action. */
  isStale = false;

  /**
   * Milliseconds until the kernel's status is to be believed. That of a subshell
   * is taken for the kernel's, until the kernel says that it is busy.
   */
  get settling(): number {
    return Date.now() - this._subshellAt < 2500 ? 2500 : 300;
  }

  /**
   * Whether the kernel can be asked while a cell runs. A page that was loaded
   * after that began has it from the samples only.
   */
  get reachesSubshell(): boolean {
    return this._kernel.supportsSubshells || this._hasSubshells;
  }

  /** Watch the kernel, which is idle. */
  connect(): Promise<Reply> {
    const args = [this.client, this._commId, false, this._interval()];
    this.isStale = false;
    this._hasJoined = true;
    return this.ask('connect', args);
  }

  /**
   * One sample on demand.
   *
   * @param fresh - Also of what is asked less often because it costs much.
   */
  refresh(fresh: boolean): Promise<Reply> {
    this.isStale = false;
    return this.ask('refresh', [this.client, this._interval(), fresh]);
  }

  /** Call a function of `telemetry/link.py`. */
  async ask(
    name: string,
    args: readonly unknown[],
    inSubshell = false,
    timeout = TIMEOUT
  ): Promise<Reply> {
    const short = await this._ask(name, args, inSubshell, timeout, false);
    if (short.kind !== 'value' || !short.value.missing) {
      return short;
    }
    return this._ask(name, args, inSubshell, timeout, true);
  }

  /**
   * Tell the kernel that nobody watches from here, now or at its cell's end. One
   * that has no monitor gets none for that.
   */
  leaveWhenIdle(): void {
    const kernel = this._kernel;
    if (!this._hasJoined || kernel.isDisposed) {
      return;
    }
    const leave = (): void => {
      if (kernel.status === 'idle' || kernel.status === 'dead') {
        kernel.statusChanged.disconnect(leave);
        this._hasJoined = false;
        void this._ask('disconnect', [this.client], false, TIMEOUT, false);
      }
    };
    kernel.statusChanged.connect(leave);
    leave();
  }

  dispose(): void {
    this._kernel.iopubMessage.disconnect(this._onMessage, this);
  }

  private async _ask(
    name: string,
    args: readonly unknown[],
    inSubshell: boolean,
    timeout: number,
    carry: boolean
  ): Promise<Reply> {
    const call = [name, [...args], PROTOCOL, DIGEST];
    const expression = injectedCall(
      ENTRY,
      'ask',
      carry ? [...call, SOURCES] : call
    );
    if (inSubshell && !this.reachesSubshell) {
      return { kind: 'busy' };
    }
    let answer: Answer;
    try {
      answer = await (inSubshell ? evaluateInSubshell : evaluate)(
        this._kernel,
        expression,
        timeout
      );
      this._subshellAt = inSubshell ? Date.now() : this._subshellAt;
    } catch (reason) {
      // The connection was closed in this moment.
      return { kind: 'gone' };
    }
    if (answer.kind !== 'value') {
      return answer;
    }
    try {
      const text = readPythonLiteral(answer.text) as string;
      const value = readAnswered(JSON.parse(text));
      if (value.sample?.busy === false) {
        this.cells.noneRuns();
      }
      return { kind: 'value', value };
    } catch (reason) {
      return { kind: 'error', message: 'the kernel gave no readable answer' };
    }
  }

  private _onMessage(_: unknown, message: KernelMessage.IIOPubMessage): void {
    this.isStale = this.cells.take(message) || this.isStale;
    if (message.header.msg_type !== 'comm_msg') {
      return;
    }
    const { comm_id, data } =
      message.content as KernelMessage.ICommMsgMsg['content'];
    if (comm_id === this._commId && data?.kind === 'sample') {
      const sample = readSample(data.sample);
      this._hasSubshells = sample.kernel?.subshells === true;
      this._onPush(sample);
    }
  }

  // The same for all pages: one that is opened while a cell runs hears at once
  // what the kernel sends for another, or for itself before a reload.
  private readonly _commId: string;
  /** The kernel was asked to watch, whether it has answered or not. */
  private _hasJoined = false;
  private _subshellAt = 0;
  private _hasSubshells = false;
}

/** The part of a kernel connection that the monitor needs. */
export type IMonitoredKernel = IEvaluatingKernel &
  ISubshellKernel &
  Pick<
    Kernel.IKernelConnection,
    | 'id'
    | 'info'
    | 'isDisposed'
    | 'iopubMessage'
    | 'connectionStatus'
    | 'connectionStatusChanged'
  >;

/**
 * Whether the monitor, which is Python, can run in a kernel; null where the
 * connection was closed before the kernel said who it is.
 */
export async function speaksPython(
  kernel: IMonitoredKernel
): Promise<boolean | null> {
  try {
    const { language_info } = await kernel.info;
    return /^i?python/i.test(language_info?.name ?? '');
  } catch (reason) {
    return null;
  }
}
