import type { TranslationBundle } from '@jupyterlab/translation';

import type { ILimit } from '../model/timeFacts';
import { duration } from './format';

/** A limit in one sentence, with who says it. */
export function limitText(limit: ILimit, trans: TranslationBundle): string {
  const { estimate, kind, name, seconds, source } = limit;
  const time = duration(trans, seconds ?? 0);
  switch (kind) {
    case 'unknown':
      return trans.__(
        'This server was started by a JupyterHub, which may have a limit of its own that it does not publish.'
      );
    case 'server-idle':
      return trans.__(
        'This server shuts itself down after %1 without activity, once no kernel is left.',
        time
      );
    case 'idle':
      return source === 'server'
        ? culling(limit, time, trans)
        : trans.__(
            'Idle: at most %1 (%2).',
            time,
            origin(name, estimate, trans)
          );
    default:
      return source === 'user'
        ? trans.__('Session: %1, set by you.', time)
        : trans.__(
            'Session: at most %1 (%2).',
            time,
            origin(name, estimate, trans)
          );
  }
}

/** When the server ends an idle kernel, and what keeps it from that. */
function culling(
  { sparesBusy, sparesOpen }: ILimit,
  time: string,
  trans: TranslationBundle
): string {
  if (sparesOpen) {
    return trans.__(
      'This server culls kernels after %1 idle, but none that an open page is connected to, as this page is.',
      time
    );
  }
  return sparesBusy
    ? trans.__(
        'This server culls kernels after %1 idle, with this page open too, but not while a cell runs.',
        time
      )
    : trans.__(
        'This server culls kernels after %1 without output, with this page open and while a cell runs too.',
        time
      );
}

function origin(
  name: string,
  estimate: boolean,
  trans: TranslationBundle
): string {
  return estimate
    ? trans.__('estimate for %1', name)
    : trans.__('known of %1', name);
}
