import type { Kernel } from '@jupyterlab/services';

import source from '../../../runtime_kit/frontend/stdin_secret.py';

import { injectedCall } from './injectedCall';
import type { Answer, IEvaluatingKernel } from './evaluate';
import { evaluate } from './evaluate';

/** The part of a kernel connection that a secret goes through. */
export type ISecretKernel = IEvaluatingKernel &
  Pick<Kernel.IKernelConnection, 'sendInputReply'>;

/** The file that has to be carried along with those that use the secret. */
export { source as stdinSecretSource };

/**
 * Evaluate an expression that uses a secret of the user.
 *
 * It goes as the reply to a request for input, as what is typed into `getpass`:
 * no code contains it, so no history, output or log of requests does.
 */
export function evaluateWithSecret(
  kernel: ISecretKernel,
  expression: string,
  secret: string,
  timeout: number
): Promise<Answer> {
  const request: IEvaluatingKernel['requestExecute'] = content => {
    const future = kernel.requestExecute({
      ...content,
      code: injectedCall(source, 'receive', []),
      allow_stdin: true
    });
    future.onStdin = message => {
      if (message.header.msg_type === 'input_request') {
        kernel.sendInputReply(
          { status: 'ok', value: secret },
          message.header as never
        );
      }
    };
    return future;
  };
  return evaluate(
    {
      get status() {
        return kernel.status;
      },
      statusChanged: kernel.statusChanged,
      requestExecute: request
    },
    expression,
    timeout
  );
}
