import type { TranslationBundle } from '@jupyterlab/translation';

import type { ILimit } from './timeFacts';
import { duration } from './words';

/** A limit in one sentence, with who says it. */
export function limitWords(limit: ILimit, trans: TranslationBundle): string {
  const { estimate, kind, name, seconds, source } = limit;
  const time = duration(trans, seconds ?? 0);
  switch (kind) {
    case 'unknown':
      return trans.__(
        'This server was started by a JupyterHub, which may have a limit of its own that it does not publish.'
      );
    case 'server-idle':
      return trans.__(
        'This server shuts itself down after %1 without activity.',
        time
      );
    case 'idle':
      return source === 'server'
        ? trans.__('This server culls kernels after %1 idle.', time)
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

function origin(
  name: string,
  estimate: boolean,
  trans: TranslationBundle
): string {
  return estimate
    ? trans.__('estimate for %1', name)
    : trans.__('known of %1', name);
}
