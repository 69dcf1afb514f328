/*
 * Room ui: What views and dialogs share: words, formats, icons, dialogs.
 * May import tokens.ts, snippets.
 */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { MessageError } from '../snippets';
import type { Message } from '../snippets/format/message';

/**
 * A message of the snippets' code in the user's language.
 *
 * Its text is a literal where the message is made, from where the script that
 * extracts texts takes it.
 */
export function translateMessage(
  message: Message,
  trans: TranslationBundle
): string {
  const args = message.args.map(arg =>
    typeof arg === 'object' ? translateMessage(arg, trans) : String(arg)
  );
  // eslint-disable-next-line jupyter/no-dynamic-translation -- see above
  return trans.__(message.id, ...args);
}

/**
 * What an error says, in the user's language where it is one of ours. Told by what
 * it has: the class is in a chunk that may not be loaded.
 */
export function translateError(
  error: unknown,
  trans: TranslationBundle
): string {
  const { message, sentence } = error as Partial<MessageError>;
  return sentence
    ? translateMessage(sentence, trans)
    : message || String(error);
}
