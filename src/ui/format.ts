import type { TranslationBundle } from '@jupyterlab/translation';

/** A file's or disk's size, in decimal units as disks and quotas are sold. */
export function fileSize(trans: TranslationBundle, bytes: number): string {
  if (bytes < 1e6) {
    return trans.__('%1 kB', Math.round(bytes / 1e3));
  }
  if (bytes < 1e9) {
    return trans.__('%1 MB', Math.round(bytes / 1e6));
  }
  return bytes < 1e12
    ? trans.__('%1 GB', short(bytes / 1e9))
    : trans.__('%1 TB', short(bytes / 1e12));
}

/** Memory that is used of what there is, in the binary units that memory is sold in. */
export function memoryOf(
  trans: TranslationBundle,
  used: number | null,
  total: number | null
): string {
  if (used === null) {
    return trans.__('unknown');
  }
  return total === null
    ? memory(trans, used)
    : trans.__('%1 / %2 GB', gigabytes(used), gigabytes(total));
}

/** An amount of memory. */
export function memory(trans: TranslationBundle, bytes: number | null): string {
  return bytes === null
    ? trans.__('unknown')
    : trans.__('%1 GB', gigabytes(bytes));
}

/** A duration in its two largest units. */
export function duration(trans: TranslationBundle, seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) {
    return trans.__('%1 s', Math.floor(seconds));
  }
  if (minutes < 60) {
    return trans.__('%1 min', minutes);
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    return minutes % 60
      ? trans.__('%1 h %2 min', hours, minutes % 60)
      : trans.__('%1 h', hours);
  }
  return hours % 24
    ? trans.__('%1 d %2 h', Math.floor(hours / 24), hours % 24)
    : trans.__('%1 d', hours / 24);
}

/** How long ago something was, in words for a sentence. */
export function ago(trans: TranslationBundle, seconds: number): string {
  if (seconds < 5) {
    return trans.__('just now');
  }
  if (seconds < 60) {
    return trans.__('%1 s ago', 5 * Math.floor(seconds / 5));
  }
  if (seconds < 3600) {
    const minutes = Math.floor(seconds / 60);
    return trans._n('%1 minute ago', '%1 minutes ago', minutes, minutes);
  }
  return trans.__('%1 ago', duration(trans, seconds));
}

/** A number of steps, with its thousands apart. */
export function count(value: number): string {
  return value.toLocaleString();
}

/** A metric: four digits, whatever its size. */
export function metric(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : '–';
}

/**
 * A name within a sentence that has little room: a notification ends at 140
 * characters. Both ends stay, which tell names apart.
 */
export function shortened(name: string): string {
  const letters = [...name];
  return letters.length <= 40
    ? name
    : [...letters.slice(0, 20), '…', ...letters.slice(-19)].join('');
}

/** `Tesla T4` -> `T4`, `NVIDIA A100-SXM4-40GB` -> `A100`. */
export function shortName(name: string): string {
  const model = name.replace(/^((NVIDIA|Tesla|AMD|GeForce|Quadro)\s+)+/i, '');
  return model.replace(/[-\s]+(SXM\d?|PCIe?|NVL|HBM\d\w*)\b.*$/i, '') || name;
}

/** One digit behind the point below ten, and none where it would be zero. */
function short(value: number): string {
  return value < 10 ? String(Number(value.toFixed(1))) : value.toFixed(0);
}

function gigabytes(bytes: number): string {
  return short(bytes / 2 ** 30);
}
