import { KernelMessage } from '@jupyterlab/services';

import { parentOf } from './followedExecutions';
import type { IExecution, IExecutionOutputs } from './journalClient';
import { knownMessages } from './knownMessages';

/** Messages of a running execution that are known by their ids. */
const KNOWN = 1000;
/** Updates of a display that are known by their ids. */
const UPDATES = 100;

interface IReceived {
  count: number;
  /** How many had come when a message came, by its id. */
  ids: Map<string, number>;
}

/**
 * Counts what a page received for each request, to see whether a lost connection
 * has cost it anything.
 *
 * The server keeps messages for a page that is away, but only until another page
 * connects, and not those that it sent before it noticed.
 */
export class ReceivedMessages {
  /** Count a message, if it is of a kind that the journal keeps. */
  add(message: KernelMessage.IMessage): void {
    const parent = parentOf(message);
    if (KernelMessage.isUpdateDisplayDataMsg(message)) {
      const display = message.content.transient?.display_id ?? '';
      this._updated(display, message.header.msg_id);
    }
    if (!parent || message.channel !== 'iopub' || !isKept(message)) {
      return;
    }
    const known = this._requests.get(parent);
    const received = known ?? { count: 0, ids: new Map<string, number>() };
    received.count += 1;
    if (message.header.msg_type === 'status') {
      // Over: only its last message will be asked for.
      received.ids.clear();
    }
    received.ids.set(message.header.msg_id, received.count);
    if (received.ids.size > KNOWN) {
      received.ids.delete(received.ids.keys().next().value!);
    }
    this._requests.set(parent, received);
  }

  /**
   * Count what was read from the journal as received.
   *
   * @param early - What has come since the reading began.
   */
  set(
    { id, messages, recent, updates }: IExecutionOutputs,
    early: readonly KernelMessage.IMessage[]
  ): void {
    const first = messages - recent.length + 1;
    const ids = new Map(recent.map(([one], index) => [one, first + index]));
    this._requests.set(id, { count: messages, ids });
    for (const [display, update] of Object.entries(updates)) {
      this._updated(display, update);
    }
    const isKnown = knownMessages(recent);
    early
      .filter(one => parentOf(one) === id && !isKnown(one.header))
      .forEach(one => this.add(one));
  }

  /** Whether all that the journal has of an execution was received. */
  has({ id, messages, last, lost, updates }: IExecution): boolean {
    const { count = 0, ids } = this._requests.get(id) ?? {};
    if (count > messages || (lost > 0 && count === messages)) {
      return true; // The journal has gaps that this page has not.
    }
    return (
      (!last || ids?.get(last[0]) === messages) &&
      Object.entries(updates).every(([display, update]) =>
        this._updates.get(display)?.has(update)
      )
    );
  }

  private _updated(display: string, id: string): void {
    const known = this._updates.get(display) ?? new Set<string>();
    known.add(id);
    if (known.size > UPDATES) {
      known.delete(known.values().next().value!);
    }
    this._updates.set(display, known);
  }

  private _requests = new Map<string, IReceived>();
  /** By display: ids of messages that updated it. */
  private _updates = new Map<string, Set<string>>();
}

const KEPT: readonly string[] = [
  'stream',
  'display_data',
  'execute_result',
  'error',
  'clear_output',
  'update_display_data',
  'execute_input'
];

function isKept(message: KernelMessage.IMessage): boolean {
  return (
    KEPT.includes(message.header.msg_type) ||
    (message.header.msg_type === 'status' &&
      (message.content as { execution_state?: string }).execution_state ===
        'idle')
  );
}
