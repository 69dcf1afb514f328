import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** The answer of `GET runtime-kit/limits`: seconds, and null for "no limit". */
export interface IServerLimits {
  format: number;
  /** When the server started, ISO 8601. */
  started: string | null;
  /** When idle kernels are ended; null where other software has the kernels. */
  kernels: {
    idle_timeout: number | null;
    interval: number;
    /** Also kernels with a page open. */
    connected: boolean;
    /** Also kernels that run code. */
    busy: boolean;
  } | null;
  server_shutdown_no_activity: number | null;
  terminal_idle_timeout: number | null;
  /** Started by a JupyterHub, which may have limits of its own. */
  hub: boolean;
}

/**
 * Ask the server for its own limits. Not counted as activity.
 *
 * @returns null where there is no answer: without the server part (JupyterLite,
 * a kernel connection alone), without permission, or while the server is away.
 */
export async function readServerLimits(
  settings: ServerConnection.ISettings = ServerConnection.makeSettings()
): Promise<IServerLimits | null> {
  const url = URLExt.join(settings.baseUrl, 'runtime-kit', 'limits');
  try {
    const response = await ServerConnection.makeRequest(url, {}, settings);
    if (!response.ok) {
      return null;
    }
    const limits = await response.json();
    return limits?.format === 1 ? (limits as IServerLimits) : null;
  } catch (reason) {
    return null;
  }
}
