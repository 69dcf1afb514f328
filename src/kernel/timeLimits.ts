import type { TranslationBundle } from '@jupyterlab/translation';

import type { ISample } from './monitor';
import type { IServerLimits } from './serverLimits';

/** A limit in time, and where it is known from. */
export interface ITimeLimit {
  /** Seconds. */
  seconds: number;
  /** `user`: a setting; `server`: read from it; `platform`: best knowledge. */
  source: 'user' | 'server' | 'platform';
  /** One plain sentence: what happens when, and who says so. */
  text: string;
}

/** What is known of the time that is left. */
export interface ITimeLimits {
  /** When the runtime started, seconds since 1970. */
  started: number | null;
  /** Where that is known from. */
  startedText: string;
  /** How long the runtime lives, counted from its start. */
  session: ITimeLimit | null;
  /** When the runtime ends, seconds since 1970; null where that is not known. */
  ends: number | null;
  /** How long a kernel may be idle. */
  idle: ITimeLimit | null;
  /** What else the user ought to know, such as limits that nobody publishes. */
  notes: string[];
}

/** What the user set; null or absent where nothing. */
export interface ITimeSettings {
  sessionHours?: number | null;
  idleMinutes?: number | null;
}

/**
 * Gather what is known of the time left: the user's settings first, then what
 * the server says of itself, then the presets of the platform.
 *
 * @param server - null where the server says nothing.
 */
export function timeLimits(
  sample: Pick<ISample, 'platform' | 'kernel'> | null,
  server: IServerLimits | null,
  settings: ITimeSettings,
  trans: TranslationBundle
): ITimeLimits {
  const platform = sample?.platform ?? null;
  const { started, startedText } = startOf(platform, server, trans);
  const session = sessionLimit(platform, settings, trans);
  return {
    started,
    startedText,
    session,
    ends: session && started !== null ? started + session.seconds : null,
    idle: idleLimit(platform, server, settings, trans),
    notes: server?.hub
      ? [
          trans.__(
            'A JupyterHub started this server. It may end it by rules that it tells nobody.'
          )
        ]
      : []
  };
}

function startOf(
  platform: ISample['platform'],
  server: IServerLimits | null,
  trans: TranslationBundle
): Pick<ITimeLimits, 'started' | 'startedText'> {
  if (platform?.started) {
    return {
      started: platform.started,
      startedText: trans.__('Since the machine of the kernel started.')
    };
  }
  const time = server?.started ? Date.parse(server.started) / 1000 : NaN;
  return Number.isFinite(time)
    ? { started: time, startedText: trans.__('Since the server started.') }
    : { started: null, startedText: '' };
}

function sessionLimit(
  platform: ISample['platform'],
  { sessionHours }: ITimeSettings,
  trans: TranslationBundle
): ITimeLimit | null {
  if (sessionHours) {
    const text = trans.__(
      'Ends %1 h after its start: set by you.',
      sessionHours
    );
    return { seconds: sessionHours * 3600, source: 'user', text };
  }
  if (!platform?.session_hours) {
    return null;
  }
  const { session_hours: hours, name } = platform;
  const text = platform.estimate
    ? trans.__(
        'Ends about %1 h after its start: an estimate for %2.',
        hours,
        name
      )
    : trans.__('Ends %1 h after its start: a limit of %2.', hours, name);
  return { seconds: hours * 3600, source: 'platform', text };
}

function idleLimit(
  platform: ISample['platform'],
  server: IServerLimits | null,
  { idleMinutes }: ITimeSettings,
  trans: TranslationBundle
): ITimeLimit | null {
  if (idleMinutes) {
    const text = trans.__('Ends after %1 min idle: set by you.', idleMinutes);
    return { seconds: idleMinutes * 60, source: 'user', text };
  }
  const culler = server?.kernels;
  if (culler?.idle_timeout) {
    const minutes = Math.round(culler.idle_timeout / 6) / 10;
    const text = culler.connected
      ? trans.__('This server ends kernels after %1 min idle.', minutes)
      : trans.__(
          'This server ends kernels after %1 min idle with no page open.',
          minutes
        );
    return { seconds: culler.idle_timeout, source: 'server', text };
  }
  if (platform?.idle_minutes) {
    const { idle_minutes: minutes, name } = platform;
    const text = platform.estimate
      ? trans.__(
          'Ends after about %1 min idle: an estimate for %2.',
          minutes,
          name
        )
      : trans.__('Ends after %1 min idle: a limit of %2.', minutes, name);
    return { seconds: minutes * 60, source: 'platform', text };
  }
  return shutdownLimit(server, trans);
}

function shutdownLimit(
  server: IServerLimits | null,
  trans: TranslationBundle
): ITimeLimit | null {
  const seconds = server?.server_shutdown_no_activity;
  if (!seconds) {
    return null;
  }
  const minutes = Math.round(seconds / 6) / 10;
  const text = trans.__(
    'This server shuts down after %1 min without any activity.',
    minutes
  );
  return { seconds, source: 'server', text };
}
