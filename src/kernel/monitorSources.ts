import entry from '../../runtime_kit/frontend/monitor_entry.py';
import platform from '../../runtime_kit/platform.py';
import telemetry from '../../runtime_kit/telemetry/__init__.py';
import budget from '../../runtime_kit/telemetry/budget.py';
import disks from '../../runtime_kit/telemetry/disks.py';
import link from '../../runtime_kit/telemetry/link.py';
import memory from '../../runtime_kit/telemetry/memory.py';
import patient from '../../runtime_kit/telemetry/patient.py';
import publish from '../../runtime_kit/telemetry/publish.py';
import running from '../../runtime_kit/telemetry/running.py';
import sampler from '../../runtime_kit/telemetry/sampler.py';
import watcher from '../../runtime_kit/telemetry/watcher.py';

/** Must be `PROTOCOL` of `runtime_kit/telemetry`. */
export const PROTOCOL = 1;

/** Goes with every question: finds the monitor in the kernel, or makes it there. */
export const ENTRY = entry;

/**
 * The monitor's files by module name below `runtime_kit`, in an order in which
 * each needs only those in front of it. A kernel without the package gets them.
 */
export const SOURCES: Readonly<Record<string, string>> = {
  platform: platform,
  telemetry: telemetry,
  'telemetry.budget': budget,
  'telemetry.disks': disks,
  'telemetry.memory': memory,
  'telemetry.patient': patient,
  'telemetry.publish': publish,
  'telemetry.running': running,
  'telemetry.sampler': sampler,
  'telemetry.watcher': watcher,
  'telemetry.link': link
};

/** Tells one version of the files from another (FNV-1a). */
export const DIGEST = digest(Object.values(SOURCES).join('\0'));

function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return `${text.length}-${(hash >>> 0).toString(16)}`;
}
