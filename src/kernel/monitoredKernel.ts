import type { Kernel } from '@jupyterlab/services';

import type { IBesideKernel } from './beside';
import { type IEvaluatingKernel, readAnswer, silentRequest } from './evaluate';

/** Milliseconds for a process to start. */
const WAKING = 20_000;

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

/**
 * Have a kernel that has started say that it is idle, by a request that does
 * nothing. After a crash JupyterLab asks the new process only who it is, and
 * does not count what it says of its status over that.
 */
export function wake(kernel: IMonitoredKernel): void {
  if (!kernel.isDisposed && kernel.connectionStatus === 'connected') {
    const future = kernel.requestExecute(silentRequest('None'));
    void readAnswer(future, WAKING);
  }
}
