import { Signal } from '@lumino/signaling';

import {
  evaluateWithSecret,
  ISecretKernel
} from '../../../../src/kernel/transport/stdinSecret';

const SECRET = 'pa55 word';

it('sends a secret as an input reply and in no other way', async () => {
  const requests: unknown[] = [];
  const replies: unknown[] = [];
  const kernel = {
    status: 'idle',
    statusChanged: new Signal({}),
    requestExecute: (content: unknown) => {
      requests.push(content);
      let settle: (reply: unknown) => void;
      const future = {
        onStdin: (message: any): unknown => message,
        done: new Promise(resolve => (settle = resolve)),
        dispose: () => undefined
      };
      window.setTimeout(() => {
        future.onStdin({ header: { msg_type: 'input_request', msg_id: '7' } });
        const value = { status: 'ok', data: { 'text/plain': "'taken'" } };
        const content = {
          status: 'ok',
          user_expressions: { runtime_kit: value }
        };
        settle({ content });
      });
      return future;
    },
    sendInputReply: (content: unknown, parent: any) =>
      replies.push([content, parent.msg_id])
  } as unknown as ISecretKernel;
  expect(await evaluateWithSecret(kernel, 'use()', SECRET, 1000)).toEqual({
    kind: 'value',
    text: "'taken'"
  });
  expect(replies).toEqual([[{ status: 'ok', value: SECRET }, '7']]);
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({
    silent: true,
    store_history: false,
    allow_stdin: true,
    user_expressions: { runtime_kit: 'use()' }
  });
  expect(JSON.stringify(requests)).not.toContain(SECRET);
});
