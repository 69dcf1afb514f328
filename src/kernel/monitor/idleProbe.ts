import type { Timer } from './timer';
import type { Attempts } from './attempts';
import { readAnswer, silentRequest } from '../transport/evaluate';
import type { IMonitoredKernel } from './monitoredKernel';

const LATER = 3000; // milliseconds in which a new process says by itself that it is idle
const WAKING = 20_000; // milliseconds for a process to start

/**
 * Have a kernel that has started, and says nothing for a moment, say that it is
 * idle, by a request that does nothing. After a crash JupyterLab asks the new
 * process only who it is, and does not count what it says of its status over
 * that; and what it says before the connection to it stands is heard by nobody.
 *
 * One that sends samples meanwhile says by itself when its cell has ended.
 *
 * @param timer - Whoever hears something of the kernel clears it.
 * @param giveUp - Called when that was tried often enough.
 */
export function probeLater(
  kernel: IMonitoredKernel,
  tried: Attempts,
  timer: Timer,
  giveUp: () => void
): void {
  timer.set(LATER, async () => {
    if (kernel.isDisposed || kernel.connectionStatus !== 'connected') {
      return;
    }
    const { turn } = timer;
    const { samples } = tried;
    const future = kernel.requestExecute(silentRequest('None'));
    const { kind } = await readAnswer(future, WAKING);
    const isHeard = timer.turn !== turn || tried.samples > samples;
    if (kind !== 'timeout' || isHeard) {
      return;
    }
    tried.failed(true);
    if (tried.areEnough) {
      giveUp();
    } else {
      probeLater(kernel, tried, timer, giveUp);
    }
  });
}
