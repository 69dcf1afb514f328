import type { Kernel } from '@jupyterlab/services';

import type { ISubshellKernel } from '../transport/subshell';
import type { IEvaluatingKernel } from '../transport/evaluate';

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
