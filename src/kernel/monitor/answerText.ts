import type { TranslationBundle } from '@jupyterlab/translation';

import type { IAnswered } from './monitorProtocol';

type Values = NonNullable<IAnswered['values']>;
type Text = (values: Values, trans: TranslationBundle) => string;

/** The codes of `runtime_kit/telemetry/actions.py`. */
export const ANSWER_TEXTS: Readonly<Record<string, Text>> = {
  'no-library': (_, trans) =>
    trans.__(
      'This needs runtime_kit in the kernel: %pip install jupyterlab-runtime-kit.'
    ),
  'not-in-this-cell': (_, trans) =>
    trans.__('The running cell does not train this run.'),
  'not-alive': ({ run }, trans) =>
    trans.__('%1 is not being trained in this kernel.', run),
  saved: ({ step }, trans) => trans.__('Checkpoint saved at step %1.', step),
  'no-run': ({ folder }, trans) => trans.__('%1 is not a run.', folder),
  training: ({ name }, trans) =>
    trans.__("Can't delete %1: it is being trained. Stop it first.", name),
  'written-since': ({ name }, trans) =>
    trans.__(
      '%1 was written to in the meantime, so nothing was deleted. Stop its training, or try again.',
      name
    ),
  'step-needed': ({ step, by }, trans) =>
    trans.__(
      "Can't delete step %1: step %2 shares files with it and needs them.",
      step,
      by
    ),
  'step-deleted': ({ step, name }, trans) =>
    trans.__('Deleted step %1 of %2.', step, name),
  'link-deleted': ({ name, target }, trans) =>
    trans.__('Deleted %1, which was a link. %2 is kept.', name, target),
  deleted: ({ name }, trans) => trans.__('Deleted %1.', name),
  'deleted-but-folder': ({ name, others }, trans) =>
    trans.__(
      'Deleted %1. Its folder is kept: it also contains %2.',
      name,
      others
    ),
  remounted: ({ path }, trans) => trans.__('%1 is mounted again.', path)
};

/**
 * What came of a request, in the user's language. What another program printed
 * (rclone, `python -m runtime_kit`) is shown as it is.
 */
export function answerText(
  { code = '', values = {}, text = '' }: IAnswered,
  trans: TranslationBundle
): string {
  return Object.hasOwn(ANSWER_TEXTS, code)
    ? ANSWER_TEXTS[code](values, trans)
    : text;
}
