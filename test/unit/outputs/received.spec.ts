import type { KernelMessage } from '@jupyterlab/services';

import type { IExecutionOutputs } from '../../../src/outputs/journalClient';
import { knownMessages } from '../../../src/outputs/knownMessages';
import { ReceivedMessages } from '../../../src/outputs/receivedMessages';

function header(msg_id: string, date = ''): KernelMessage.IHeader {
  return { msg_id, date } as KernelMessage.IHeader;
}

function message(
  msg_id: string,
  msg_type = 'stream',
  content: object = {}
): KernelMessage.IMessage {
  return {
    header: { msg_id, msg_type, date: '' },
    parent_header: { msg_id: 'request' },
    channel: 'iopub',
    content
  } as unknown as KernelMessage.IMessage;
}

function execution(...ids: string[]): IExecutionOutputs {
  const recent = ids.map(id => [id, ''] as const);
  const last = recent[recent.length - 1] ?? null;
  return {
    id: 'request',
    messages: ids.length,
    last,
    recent,
    lost: 0,
    updates: {}
  } as unknown as IExecutionOutputs;
}

describe('knownMessages', () => {
  const day = '2026-01-01T00:00:00';
  const full = Array.from(
    { length: 64 },
    (_, i) => [`m${i}`, `${day}.000${100 + i}Z`] as const
  );

  it('knows all messages of a short journal by their ids', () => {
    const isKnown = knownMessages(full.slice(0, 3));
    expect(isKnown(header('m1'))).toBe(true);
    // Of the same moment, or with a clock that went back.
    expect(isKnown(header('new', full[2][1]))).toBe(false);
    expect(isKnown(header('new', `${day.replace('2026', '2025')}Z`))).toBe(
      false
    );
  });

  it('knows older messages by their date, to the microsecond', () => {
    const isKnown = knownMessages(full);
    expect(isKnown(header('old', `${day}.000099Z`))).toBe(true);
    expect(isKnown(header('new', `${day}.000100Z`))).toBe(false);
    expect(isKnown(header('new', `${day}.000130+00:00`))).toBe(false);
    expect(isKnown(header('m40', full[40][1]))).toBe(true);
  });

  it('takes a message without a readable date for new', () => {
    expect(knownMessages(full)(header('new', 'yesterday'))).toBe(false);
    const dateless = full.map(([id]) => [id, ''] as const);
    expect(knownMessages(dateless)(header('new', `${day}Z`))).toBe(false);
  });
});

describe('ReceivedMessages', () => {
  it('has what came without a gap', () => {
    const received = new ReceivedMessages();
    expect(received.has(execution('a'))).toBe(false);
    received.add(message('a', 'execute_input'));
    received.add(message('-', 'status', { execution_state: 'busy' }));
    received.add(message('b'));
    expect(received.has(execution('a', 'b'))).toBe(true);
    // On its way.
    expect(received.has(execution('a', 'b', 'c'))).toBe(false);
    received.add(message('c', 'status', { execution_state: 'idle' }));
    expect(received.has(execution('a', 'b', 'c'))).toBe(true);
  });

  it('sees a gap however many messages came behind it', () => {
    const received = new ReceivedMessages();
    for (const id of ['a', 'd', 'e', 'f']) {
      received.add(message(id));
    }
    expect(received.has(execution('a', 'b', 'c', 'd'))).toBe(false);
    expect(received.has(execution('a', 'b', 'c', 'd', 'e', 'f'))).toBe(false);
  });

  it('goes on from what was read, and counts what came meanwhile once', () => {
    const received = new ReceivedMessages();
    received.add(message('c'));
    received.set(execution('a', 'b', 'c'), [message('c'), message('d')]);
    expect(received.has(execution('a', 'b', 'c'))).toBe(true);
    expect(received.has(execution('a', 'b', 'c', 'd'))).toBe(true);
  });

  it('has not what another request changed in its display unseen', () => {
    const received = new ReceivedMessages();
    const shows = (update: string): IExecutionOutputs => ({
      ...execution('a'),
      updates: { display: update }
    });
    const update = (id: string): KernelMessage.IMessage => ({
      ...message(id, 'update_display_data', {
        data: {},
        transient: { display_id: 'display' }
      }),
      parent_header: { msg_id: 'another' } as KernelMessage.IHeader
    });
    received.add(message('a', 'display_data'));
    received.add(update('first'));
    expect(received.has(shows('first'))).toBe(true);
    expect(received.has(shows('second'))).toBe(false);
    received.add(update('third'));
    expect(received.has(shows('second'))).toBe(false);
    received.set(shows('second'), []);
    expect(received.has(shows('second'))).toBe(true);
  });

  it('has more than a journal for which the disk was full', () => {
    const received = new ReceivedMessages();
    for (const id of ['a', 'b', 'c', 'd']) {
      received.add(message(id));
    }
    const journal = { ...execution('a', 'd'), lost: 2 };
    expect(received.has(journal)).toBe(true);
    // This page was away as well, and for longer.
    const away = new ReceivedMessages();
    away.add(message('a'));
    expect(away.has(journal)).toBe(false);
  });

  it('has an execution of which nothing came yet', () => {
    expect(new ReceivedMessages().has(execution())).toBe(true);
  });
});
