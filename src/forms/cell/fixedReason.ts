import type { TranslationBundle } from '@jupyterlab/translation';

import type { ISkippedLine } from '../../snippets';
import { translateMessage } from '../../ui/translateMessage';

/** Why a `@param` line has no field. */
export function fixedReason(
  { why, reason }: ISkippedLine,
  trans: TranslationBundle
): string {
  switch (why) {
    case 'expression':
      return trans.__('Change it in the code: the value is an expression.');
    case 'annotation':
      return trans.__(
        'Change it in the code: the variable has a type annotation.'
      );
    case 'lines':
      return trans.__('Change it in the code: the value spans several lines.');
    case 'statement':
      return trans.__('Change it in the code: the line is not NAME = value.');
    case 'options':
      return trans.__(
        'Change it in the code: the text behind @param is not understood (%1).',
        translateMessage(reason, trans)
      );
  }
}
