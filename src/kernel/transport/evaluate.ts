/*
 * Room kernel: The only code that sends to a kernel: transport/, queries/, monitor/.
 * May import tokens.ts, snippets.
 */

import type { Kernel, KernelMessage } from '@jupyterlab/services';

import { readPythonLiteral } from '../../snippets/format/readliteral';

/**
 * What became of a short question to a kernel.
 */
export type Answer =
  | { kind: 'value'; text: string }
  | { kind: 'busy' | 'gone' | 'timeout' | 'aborted' | 'restarted' }
  | { kind: 'error'; message: string };

const KEY = 'runtime_kit';

/**
 * Evaluate one Python expression in a kernel and return its `text/plain` form.
 *
 * Silent: no history entry, no execution count, no output, no `_`. A kernel
 * that does not get idle within the time is not asked at all: a request queued
 * behind a running cell would run at a moment nobody asked for.
 *
 * @param kernel - The kernel of the notebook.
 * @param expression - A Python expression; it must not bind names.
 * @param timeout - Milliseconds for waiting and answering together.
 */
export async function evaluate(
  kernel: IEvaluatingKernel,
  expression: string,
  timeout: number
): Promise<Answer> {
  const end = Date.now() + timeout;
  const idle = await waitUntilIdle(kernel, timeout);
  if (idle !== 'idle') {
    return { kind: idle };
  }
  const future = kernel.requestExecute(silentRequest(expression));
  return readAnswer(future, Math.max(end - Date.now(), 0));
}

/**
 * Read the JSON that an expression was to give, as a Python string of it.
 *
 * @returns null where there is no answer; one that cannot be read is logged.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function jsonOf(answer: Answer): any {
  if (answer.kind !== 'value') {
    return null;
  }
  try {
    return JSON.parse(readPythonLiteral(answer.text) as string);
  } catch (reason) {
    console.warn('Runtime kit: the kernel gave no readable answer.', reason);
    return null;
  }
}

/** The content of a request that evaluates one expression and leaves no trace. */
export function silentRequest(
  expression: string
): KernelMessage.IExecuteRequestMsg['content'] {
  return {
    code: '',
    silent: true,
    store_history: false,
    allow_stdin: false,
    stop_on_error: false,
    user_expressions: { [KEY]: expression }
  };
}

/** The part of a future that is read. */
export interface IReplyFuture {
  readonly done: Promise<KernelMessage.IExecuteReplyMsg | undefined>;
  dispose(): void;
}

/** Wait for the reply to a silent request, and let go of its future. */
export async function readAnswer(
  future: IReplyFuture,
  timeout: number
): Promise<Answer> {
  // A restart cancels the future: its promise rejects.
  const reply = future.done.then(readReply, (): Answer => ({
    kind: 'restarted'
  }));
  try {
    return await within<Answer>(reply, timeout, { kind: 'timeout' });
  } finally {
    future.dispose();
  }
}

/** What a promise brings, or after so many milliseconds `late`. */
export async function within<T>(
  promise: Promise<T>,
  timeout: number,
  late: T
): Promise<T> {
  let timer = 0;
  const over = new Promise<T>(resolve => {
    timer = window.setTimeout(() => resolve(late), timeout);
  });
  try {
    return await Promise.race([promise, over]);
  } finally {
    window.clearTimeout(timer);
  }
}

/** The part of a kernel connection that `evaluate` needs. */
export type IEvaluatingKernel = Pick<
  Kernel.IKernelConnection,
  'status' | 'statusChanged' | 'requestExecute'
>;

function readReply(
  message: KernelMessage.IExecuteReplyMsg | undefined
): Answer {
  const content = message?.content;
  if (content?.status === 'aborted') {
    return { kind: 'aborted' };
  }
  if (content?.status !== 'ok') {
    const message = content?.status === 'error' ? content.evalue : 'no reply';
    return { kind: 'error', message };
  }
  const result = content.user_expressions?.[KEY] as unknown as
    | { status: 'ok'; data: { 'text/plain'?: string } }
    | { status: 'error'; ename: string; evalue: string }
    | undefined;
  if (result?.status === 'ok') {
    return { kind: 'value', text: result.data['text/plain'] ?? '' };
  }
  return {
    kind: 'error',
    message: result ? `${result.ename}: ${result.evalue}` : 'no value'
  };
}

function waitUntilIdle(
  kernel: IEvaluatingKernel,
  timeout: number
): Promise<'idle' | 'busy' | 'gone'> {
  const state = (): 'idle' | 'gone' | undefined =>
    kernel.status === 'idle'
      ? 'idle'
      : kernel.status === 'dead' || kernel.status === 'terminating'
        ? 'gone'
        : undefined;
  return new Promise(resolve => {
    const settle = (result: 'idle' | 'busy' | 'gone'): void => {
      kernel.statusChanged.disconnect(check);
      window.clearTimeout(timer);
      resolve(result);
    };
    const check = (): void => {
      const now = state();
      if (now) {
        settle(now);
      }
    };
    const timer = window.setTimeout(() => settle('busy'), timeout);
    kernel.statusChanged.connect(check);
    check();
  });
}
