import type { ISample } from '../../kernel/monitor/monitor';

type Disk = NonNullable<ISample['disks']>[number];

/**
 * Whether a disk is about to end.
 *
 * @param gigabytes - The user's threshold, in GB of 10^9 bytes.
 */
export function isLowDisk({ free }: Disk, gigabytes: number): boolean {
  return free < gigabytes * 1e9;
}
