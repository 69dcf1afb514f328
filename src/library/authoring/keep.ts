import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { translateError } from '../../ui/translateMessage';
import { downloadText } from './files';
import type { ICandidate } from './importers';
import type { SnippetStore } from './store';

/**
 * Keep a snippet. Where the server cannot be reached its text is not lost: it can
 * be kept later, or as a file.
 *
 * @param formerId - The id it had.
 * @returns its id, or null where it is not kept yet.
 */
export async function keepSnippet(
  store: SnippetStore,
  snippet: ICandidate,
  formerId: string | undefined,
  trans: TranslationBundle
): Promise<string | null> {
  const { id, text } = snippet;
  try {
    await store.put(id, text, formerId);
    return id;
  } catch (error) {
    const said = translateError(error, trans);
    Notification.error(trans.__('Can\'t save snippet "%1". %2', id, said), {
      autoClose: false,
      actions: [
        {
          label: trans.__('Try Again'),
          callback: () => void keepSnippet(store, snippet, formerId, trans)
        },
        {
          label: trans.__('Download'),
          callback: event => {
            event.preventDefault(); // it is not in the settings for that
            downloadText(`${id}.py`, text);
          }
        }
      ]
    });
    return null;
  }
}
