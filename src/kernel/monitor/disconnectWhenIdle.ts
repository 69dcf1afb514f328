import type { MonitorChannel } from './monitorChannel';
import type { IMonitoredKernel } from './monitoredKernel';

/** Tell the kernel that nobody watches from here, now or at its cell's end. */
export function disconnectWhenIdle(
  kernel: IMonitoredKernel,
  channel: MonitorChannel
): void {
  if (!channel.hasJoined || kernel.isDisposed) {
    return;
  }
  const leave = (): void => {
    if (kernel.status === 'idle' || kernel.status === 'dead') {
      kernel.statusChanged.disconnect(leave);
      void channel.leave();
    }
  };
  kernel.statusChanged.connect(leave);
  leave();
}
