import type * as nbformat from '@jupyterlab/nbformat';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { JSONObject } from '@lumino/coreutils';

/** What the server keeps of one kernel session. */
export interface IJournal {
  readonly kernel: string;
  /** Name of the kernel's specification. */
  readonly name: string;
  /** The notebook, relative to the server's root; null where it is not known. */
  readonly path: string | null;
  /** Bytes. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly modified: number;
  readonly alive: boolean;
}

export type ExecutionState = 'queued' | 'running' | 'done' | 'aborted' | 'died';

/** One execute request of a kernel session, without its outputs. */
export interface IExecution {
  /** Message id of the request. */
  readonly id: string;
  /** Id of the cell; null where the sender did not tell. */
  readonly cell: string | null;
  /** Session of the page that sent it. */
  readonly session: string | null;
  readonly state: ExecutionState;
  readonly count: number | null;
  /** Seconds since 1970, by the server's clock; null: not yet. */
  readonly queued: number | null;
  readonly started: number | null;
  readonly finished: number | null;
  /** When its outputs changed last, by the same clock. */
  readonly changed: number | null;
  readonly failed: boolean;
  /** Grows with each change of the journal. */
  readonly seq: number;
  /** Number of messages of the kernel that it is made of. */
  readonly messages: number;
  /** Id and date of the newest one. */
  readonly last: readonly [string, string] | null;
  /** Ids of the displays that it shows. */
  readonly displays: readonly string[];
  /** By display: id of the newest message that updated it; any request may. */
  readonly updates: Readonly<Record<string, string>>;
  /** Number of outputs. */
  readonly outputs: number;
  /** Characters in them, about. */
  readonly size: number;
  /** Characters that were not kept. */
  readonly dropped: number;
  /** Messages that were not kept: too large, or the disk was full. */
  readonly lost: number;
}

/** An execution with its outputs, such that messages of the kernel can be applied to them. */
export interface IExecutionOutputs extends IExecution {
  readonly content: readonly (nbformat.IOutput & {
    transient?: { display_id?: string };
  })[];
  /** Whether the next output clears these. */
  readonly clear_next: boolean;
  /** Ids and dates of the newest messages in it, oldest first. */
  readonly recent: readonly (readonly [string, string])[];
  /** A request for input that nobody has answered. */
  readonly prompt: { content: JSONObject; header: JSONObject } | null;
}

export interface IExecutions {
  readonly seq: number;
  /** When the kernel ended, in seconds since 1970; null: it lives. */
  readonly ended: number | null;
  /** Messages that could not be kept. */
  readonly lost: number;
  readonly executions: readonly IExecution[];
  /** Sessions of the pages that are connected to the kernel, the longest first. */
  readonly pages?: readonly string[];
}

/** Most executions in one question. */
const AT_ONCE = 32;

/**
 * Reads the server's output journals.
 *
 * A server without this extension's server part has none: each method then
 * answers null or an empty list, and nothing is said.
 */
export class JournalClient {
  constructor(settings?: ServerConnection.ISettings) {
    this._settings = settings ?? ServerConnection.makeSettings();
  }

  /** The journals of a notebook, or all of them, newest first; null: none are kept here. */
  async journals(path?: string): Promise<readonly IJournal[] | null> {
    const { baseUrl } = this._settings;
    if (absent.has(baseUrl)) {
      return null;
    }
    const answer = await this._get<{
      available: boolean;
      journals: IJournal[];
    }>('', path === undefined ? {} : { path });
    if (!answer) {
      absent.add(baseUrl);
    }
    return answer?.available ? answer.journals : null;
  }

  /** The executions of a kernel, without outputs; null: it has no journal. */
  executions(kernel: string): Promise<IExecutions | null> {
    return this._get<IExecutions>(encodeURIComponent(kernel), {});
  }

  /** The outputs of some executions, in slices that a page can take one after another. */
  async *outputs(
    kernel: string,
    executions: readonly IExecution[]
  ): AsyncGenerator<readonly IExecutionOutputs[]> {
    const get = async (
      slice: readonly IExecution[]
    ): Promise<readonly IExecutionOutputs[]> => {
      const query = new URLSearchParams(slice.map(one => ['id', one.id]));
      const answer = await this._get<{ executions: IExecutionOutputs[] }>(
        `${encodeURIComponent(kernel)}/executions`,
        query
      );
      return answer?.executions ?? [];
    };
    let next: Promise<readonly IExecutionOutputs[]> | null = null;
    for (const slice of slices(executions)) {
      const asked = get(slice);
      asked.catch(() => undefined); // Whoever awaits it handles the error.
      if (next) {
        // The next slice is on its way while a page shows this one.
        yield await next;
      }
      next = asked;
    }
    if (next) {
      yield await next;
    }
  }

  /** Delete a journal. */
  async delete(kernel: string): Promise<void> {
    const response = await ServerConnection.makeRequest(
      this._url(encodeURIComponent(kernel)),
      { method: 'DELETE' },
      this._settings
    );
    if (!response.ok && response.status !== 404) {
      throw await ServerConnection.ResponseError.create(response);
    }
  }

  /** Where a journal can be downloaded from. */
  exportUrl(kernel: string, format: 'notebook' | 'text'): string {
    const url = this._url(`${encodeURIComponent(kernel)}/export`);
    const token = PageConfig.getToken();
    return `${url}${URLExt.objectToQueryString({ format, ...(token ? { token } : {}) })}`;
  }

  private async _get<T>(
    path: string,
    query: Record<string, string> | URLSearchParams
  ): Promise<T | null> {
    const response = await ServerConnection.makeRequest(
      `${this._url(path)}?${new URLSearchParams(query)}`,
      {},
      this._settings
    );
    if (response.status === 404) {
      return null;
    }
    if (!response.ok) {
      throw await ServerConnection.ResponseError.create(response);
    }
    return (await response.json()) as T;
  }

  private _url(path: string): string {
    const { baseUrl } = this._settings;
    return URLExt.join(baseUrl, 'runtime-kit', 'outputs', path);
  }

  private _settings: ServerConnection.ISettings;
}

/** Servers without the server part (JupyterLite): they are asked once. */
const absent = new Set<string>();

/** Characters of output that are asked for at once. */
const SLICE = 500_000;

function* slices(
  executions: readonly IExecution[]
): Generator<readonly IExecution[]> {
  let slice: IExecution[] = [];
  let size = 0;
  for (const execution of executions) {
    if (
      slice.length > 0 &&
      (slice.length === AT_ONCE || size + execution.size > SLICE)
    ) {
      yield slice;
      [slice, size] = [[], 0];
    }
    slice.push(execution);
    size += execution.size;
  }
  if (slice.length > 0) {
    yield slice;
  }
}
