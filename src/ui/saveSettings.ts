import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { translateError } from './translateMessage';

/**
 * Change the settings, which the server may not take.
 *
 * @returns what `change` does, or null where they could not be changed, and the
 * user was told.
 */
export async function saveSettings<T>(
  change: () => Promise<T>,
  trans: TranslationBundle
): Promise<T | null> {
  try {
    return await change();
  } catch (error) {
    const said = translateError(error, trans);
    Notification.error(trans.__("Can't save the settings. %1", said), {
      autoClose: false
    });
    return null;
  }
}
