import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { JSONExt, type ReadonlyPartialJSONValue } from '@lumino/coreutils';
import { type ISignal, Signal } from '@lumino/signaling';

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
 * The server's own limits, as it said them last. It may be another one behind the
 * same address, or have other settings, after it was away.
 */
export class ServerLimits {
  constructor(private _settings?: ServerConnection.ISettings) {}

  /** null: none are known. */
  get current(): IServerLimits | null {
    return this._current;
  }

  /** Emitted when it has said something else. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Ask it. Not counted as activity; several calls at a time are as one. */
  read(): Promise<void> {
    this._reading ??= this._read().finally(() => {
      this._reading = null;
    });
    return this._reading;
  }

  private async _read(): Promise<void> {
    const known = this._current;
    this._current = await readServerLimits(this._settings, known);
    if (!JSONExt.deepEqual(json(this._current), json(known))) {
      this._changed.emit();
    }
  }

  private _changed = new Signal<this, void>(this);
  private _current: IServerLimits | null = null;
  private _reading: Promise<void> | null = null;
}

/**
 * Ask the server for its own limits.
 *
 * @param known - The answer while the server is away.
 * @returns null where there are none to read: without the server part
 * (JupyterLite, a kernel connection alone) or without permission.
 */
export async function readServerLimits(
  settings: ServerConnection.ISettings = ServerConnection.makeSettings(),
  known: IServerLimits | null = null
): Promise<IServerLimits | null> {
  const url = URLExt.join(settings.baseUrl, 'runtime-kit', 'limits');
  try {
    const response = await ServerConnection.makeRequest(url, {}, settings);
    if (!response.ok) {
      // A proxy says so of a server that does not answer.
      return response.status >= 500 ? known : null;
    }
    const limits = await response.json();
    return limits?.format === 1 ? (limits as IServerLimits) : null;
  } catch (reason) {
    return reason instanceof ServerConnection.NetworkError ? known : null;
  }
}

function json(limits: IServerLimits | null): ReadonlyPartialJSONValue {
  return limits as ReadonlyPartialJSONValue | null;
}
