import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/**
 * What this server does to kernels that nobody uses: the answer of the server
 * part. Durations are seconds, null is "no limit".
 */
export interface IServerLimits {
  format: number;
  started: string | null;
  /** null: other software manages the kernels. */
  kernels: {
    idle_timeout: number | null;
    interval: number;
    connected: boolean;
    busy: boolean;
  } | null;
  server_shutdown_no_activity: number | null;
  /** Started by a JupyterHub, which may have limits of its own. */
  hub: boolean;
}

/**
 * Ask the server for its limits, once.
 *
 * @returns null where there is no such route (the server part is not installed,
 * or there is no server at all): limits then come from settings and platform.
 */
export async function fetchServerLimits(
  settings: ServerConnection.ISettings
): Promise<IServerLimits | null> {
  const url = URLExt.join(settings.baseUrl, 'runtime-kit', 'limits');
  try {
    const response = await ServerConnection.makeRequest(url, {}, settings);
    if (!response.ok) {
      return null;
    }
    const limits = await response.json();
    return limits.format === 1 ? limits : null;
  } catch {
    return null;
  }
}
