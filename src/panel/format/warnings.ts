import type { TranslationBundle } from '@jupyterlab/translation';

import type { RuntimeModel } from '../model/runtimeModel';
import { duration, fileSize } from '../../ui/format';
import type { ISample } from '../../kernel/monitor/monitor';

/** A share of the memory that calls for attention. */
const FULL = 0.95;

/** What of a runtime is about to end: time, memory or a disk. A sentence each. */
export function warnings(
  model: RuntimeModel,
  trans: TranslationBundle
): string[] {
  const { lowSpace, warnMinutes } = model.settings.values;
  const { sample, time } = model;
  const { limit, used } = sample?.memory ?? {};
  const found: string[] = [];
  if (time.left !== null && time.left < warnMinutes * 60) {
    found.push(
      trans.__('Runtime ends soon: %1 left', duration(trans, time.left))
    );
  }
  if (used && limit && used > FULL * limit) {
    found.push(trans.__('Memory almost full'));
  }
  for (const disk of sample?.disks ?? []) {
    if (isLowDisk(disk, lowSpace)) {
      const free = fileSize(trans, disk.free);
      found.push(
        disk.role === 'durable'
          ? trans.__('Durable folder almost full: %1 free', free)
          : trans.__('Working directory almost full: %1 free', free)
      );
    }
  }
  return found;
}

type Disk = NonNullable<ISample['disks']>[number];

/**
 * Whether a disk is about to end.
 *
 * @param gigabytes - The user's threshold, in GB of 10^9 bytes.
 */
export function isLowDisk({ free }: Disk, gigabytes: number): boolean {
  return free < gigabytes * 1e9;
}
