import type { TranslationBundle } from '@jupyterlab/translation';

import type { ILimit } from '../model/timeFacts';
import { duration } from '../../ui/format';

/** A limit in one sentence, with who says it. */
export function limitText(limit: ILimit, trans: TranslationBundle): string {
  const { estimate, kind, name, seconds, source } = limit;
  const time = duration(trans, seconds ?? 0);
  switch (kind) {
    case 'unknown':
      return trans.__(
        "JupyterHub started this server and may have a limit that it doesn't publish."
      );
    case 'server-idle':
      return trans.__(
        'The server shuts down after %1 without activity, once no kernel is running.',
        time
      );
    case 'idle':
      return source === 'server'
        ? culling(limit, time, trans)
        : estimate
          ? trans.__('Idle limit: %1 (estimate for %2)', time, name)
          : trans.__('Idle limit: %1 (%2)', time, name);
    default:
      return source === 'user'
        ? trans.__('Session limit: %1 (from your settings)', time)
        : estimate
          ? trans.__('Session limit: %1 (estimate for %2)', time, name)
          : trans.__('Session limit: %1 (%2)', time, name);
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
      'The server shuts down kernels that are idle for %1, but not while a page is connected, as now.',
      time
    );
  }
  return sparesBusy
    ? trans.__(
        'The server shuts down kernels that are idle for %1, even while this page is open, but not while a cell runs.',
        time
      )
    : trans.__(
        'The server shuts down kernels without output for %1, even while this page is open or a cell runs.',
        time
      );
}
