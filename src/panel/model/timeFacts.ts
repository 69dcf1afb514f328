import type { ISample } from '../../kernel/monitor/monitor';
import type { IServerLimits } from '../../kernel/queries/serverLimits';

/** Who says that there is a limit. */
export type LimitSource = 'user' | 'server' | 'hub' | 'platform';

/**
 * One limit of a runtime.
 */
export interface ILimit {
  /**
   * `session`: from the start on. `idle`: without a running cell. `unknown`: a
   * limit is likely and not published.
   */
  kind: 'session' | 'idle' | 'server-idle' | 'unknown';
  source: LimitSource;
  /** Whose limit it is, where it has a name. */
  name: string;
  /** Seconds; null where it is not known. */
  seconds: number | null;
  /** Best knowledge rather than what was read somewhere. */
  estimate: boolean;
  /** An idle limit that does not count while a page, as this one, is connected. */
  sparesOpen?: boolean;
  /** An idle limit that does not count while a cell runs. */
  sparesBusy?: boolean;
}

/**
 * How long a runtime has been there and how long it stays.
 */
export interface ITimeFacts {
  /** Seconds since the start; null: not known. */
  since: number | null;
  /** What started then. */
  sinceWhat: 'runtime' | 'kernel';
  /** Seconds until the nearest limit that is counted from the start. */
  left: number | null;
  /** The limit that `left` counts to. */
  leftLimit: ILimit | null;
  limits: ILimit[];
}

/**
 * Put together what is known of time, each with who says it.
 *
 * @param sessionHours - Set by the user; 0: not set. It wins over estimates.
 * @param now - Seconds since the epoch on the kernel's clock.
 */
export function timeFacts(
  sample: ISample | null,
  server: IServerLimits | null,
  sessionHours: number,
  now: number
): ITimeFacts {
  const platform = sample?.platform ?? null;
  const started = beginning(sample, server);
  const limits = [
    ...sessionLimits(platform, sessionHours),
    ...serverLimits(server),
    ...idleLimits(platform)
  ];
  const since = started === null ? null : Math.max(now - started, 0);
  const leftLimit =
    limits.find(({ kind, seconds }) => kind === 'session' && seconds) ?? null;
  return {
    since,
    sinceWhat: platform?.started ? 'runtime' : 'kernel',
    left:
      leftLimit && since !== null
        ? Math.max(leftLimit.seconds! - since, 0)
        : null,
    leftLimit,
    limits
  };
}

/**
 * When the runtime began. A machine whose platform is not known is the user's own
 * or a node of a cluster, and older than any session: its server's start counts.
 */
function beginning(
  sample: ISample | null,
  server: IServerLimits | null
): number | null {
  const { kernel, platform } = sample ?? {};
  const started = platform?.started ?? kernel?.started ?? null;
  // Other software's kernels may be on another machine.
  const isOurs =
    server?.kernels && /^(local|jupyterhub)$/.test(platform?.id ?? '');
  const own = isOurs ? Date.parse(server.started ?? '') / 1000 : NaN;
  return own > (started ?? -Infinity) ? own : started;
}

function sessionLimits(
  platform: ISample['platform'],
  sessionHours: number
): ILimit[] {
  if (sessionHours > 0) {
    const seconds = sessionHours * 3600;
    return [
      { kind: 'session', source: 'user', name: '', seconds, estimate: false }
    ];
  }
  return platform?.session_hours
    ? [
        {
          kind: 'session',
          source: 'platform',
          name: platform.name,
          seconds: platform.session_hours * 3600,
          estimate: platform.estimate
        }
      ]
    : [];
}

function idleLimits(platform: ISample['platform']): ILimit[] {
  return platform?.idle_minutes
    ? [
        {
          kind: 'idle',
          source: 'platform',
          name: platform.name,
          seconds: platform.idle_minutes * 60,
          estimate: platform.estimate
        }
      ]
    : [];
}

function serverLimits(server: IServerLimits | null): ILimit[] {
  const limits: ILimit[] = [];
  const add = (
    kind: ILimit['kind'],
    seconds: number | null,
    more: Partial<ILimit> = {}
  ): void => {
    const source = kind === 'unknown' ? 'hub' : 'server';
    limits.push({ kind, source, name: '', seconds, estimate: false, ...more });
  };
  if (server?.kernels?.idle_timeout) {
    const { busy, connected, idle_timeout } = server.kernels;
    add('idle', idle_timeout, { sparesOpen: !connected, sparesBusy: !busy });
  }
  if (server?.server_shutdown_no_activity) {
    add('server-idle', server.server_shutdown_no_activity);
  }
  if (server?.hub) {
    add('unknown', null);
  }
  return limits;
}
