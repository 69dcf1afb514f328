import type { TranslationBundle } from '@jupyterlab/translation';

import { PLATFORM_NAMES } from '../snippets/format/platforms';

/**
 * What a snippet needs and does not find, for people: `torch, rclone, a GPU`.
 * Empty where nothing is missing.
 */
export function requirementsText(
  missing: readonly string[],
  trans: TranslationBundle
): string {
  const platforms: string[] = [];
  const texts: string[] = [];
  for (const requirement of missing) {
    const [kind, name] = requirement.split(/:(.*)/);
    if (kind === 'platform') {
      platforms.push(PLATFORM_NAMES[name] ?? trans.__('a local machine'));
    } else {
      texts.push(kind === 'gpu' ? trans.__('a GPU') : name);
    }
  }
  if (platforms.length > 0) {
    // One platform of several is enough.
    texts.push(
      platforms.reduce((all, each) => trans.__('%1 or %2', all, each))
    );
  }
  return texts.join(', ');
}
