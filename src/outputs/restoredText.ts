import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRestored } from './outputRestorer';

/** One line that says what was restored. */
export function restoredText(
  restored: Pick<IRestored, 'outputs' | 'since' | 'dropped' | 'lost'>,
  trans: TranslationBundle,
  now = Date.now() / 1000
): string {
  const { outputs, dropped, lost } = restored;
  const minutes = Math.max(1, Math.round((now - restored.since) / 60));
  const hours = Math.round(minutes / 60);
  const text =
    minutes < 100
      ? trans._n(
          'Restored %1 output from the last %2 min',
          'Restored %1 outputs from the last %2 min',
          outputs,
          minutes
        )
      : trans._n(
          'Restored %1 output from the last %2 h',
          'Restored %1 outputs from the last %2 h',
          outputs,
          hours
        );
  if (lost > 0) {
    return trans.__('%1. Some output was not kept.', text);
  }
  return dropped > 0
    ? trans.__('%1. The beginning of long outputs was not kept.', text)
    : text;
}
