import entry from '../../../runtime_kit/frontend/monitor_entry.py';
import files from '../../../runtime_kit/monitor.files';

/** Must be `PROTOCOL` of `runtime_kit/telemetry`. */
export const PROTOCOL = 1;

/** Goes with every question: finds the monitor in the kernel, or makes it there. */
export const ENTRY = entry;

/**
 * The monitor's files by module name below `runtime_kit`, in an order in which
 * each needs only those in front of it. A kernel without the package gets them.
 */
export const SOURCES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(files).map(([path, text]) => [
    path.replace(/\/__init__$/, '').replaceAll('/', '.'),
    text
  ])
);

/** Tells one version of the files from another (FNV-1a). */
export const DIGEST = digest(Object.values(SOURCES).join('\0'));

function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return `${text.length}-${(hash >>> 0).toString(16)}`;
}
