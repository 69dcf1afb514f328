import type { Contents } from '@jupyterlab/services';

import type { ITextFile } from '../authoring/files';
import { MessageError } from '../../snippets';
import { later } from '../../snippets/format/message';

/** What of the contents manager is needed. */
export type IFolderReader = Pick<Contents.IManager, 'get'>;

const SNIPPET_FILE = /\.(py|json)$/i;
/** A folder or list with more files than this is none of snippets. */
const MAX_FILES = 500;
const MAX_LENGTH = 1_000_000;
/** Milliseconds after which a server that does not finish is given up. */
const PATIENCE = 60_000;

/** Whether a source is a URL; otherwise it is a path, perhaps with a drive. */
function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/**
 * Read the files of a source: a folder or file of Jupyter's, or the URL of a file
 * or of a JSON list of files. Nothing of it is run.
 *
 * @throws Error where it cannot be read.
 */
export function readSource(
  source: string,
  contents: IFolderReader
): Promise<ITextFile[]> {
  if (!isUrl(source)) {
    return readFolder(source, contents);
  }
  return readUrl(source);
}

/**
 * @throws MessageError unless nobody on the way can change what comes: https, or
 * this machine.
 */
function requireSafe(url: string): void {
  const { hostname, protocol } = new URL(url);
  const isLocal =
    protocol === 'http:' &&
    /^(localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname);
  if (protocol !== 'https:' && !isLocal) {
    throw new MessageError(
      later.__(
        'its address must start with https://; otherwise others can change its content'
      )
    );
  }
}

/** The text of a response, as far as a snippet can be long. */
async function textOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) {
    return response.text();
  }
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    text += decoder.decode(value, { stream: !done });
    if (done) {
      return text;
    }
    if (text.length > MAX_LENGTH) {
      await reader.cancel();
      return text;
    }
  }
}

async function readFolder(
  path: string,
  contents: IFolderReader
): Promise<ITextFile[]> {
  const entry = await contents.get(path, { content: true });
  if (entry.type !== 'directory') {
    return [await readFile(path, contents)];
  }
  const files = (entry.content as Contents.IModel[]).filter(
    ({ type, name }) =>
      type !== 'directory' &&
      SNIPPET_FILE.test(name) &&
      !name.endsWith('.library.py')
  );
  return Promise.all(
    limited(files)
      .sort((a, b) => a.name.localeCompare(b.name))
      .map(({ name }) => readFile(joined(path, name), contents))
  );
}

async function readFile(
  path: string,
  contents: IFolderReader
): Promise<ITextFile> {
  const model = await contents.get(path, {
    content: true,
    type: 'file',
    format: 'text'
  });
  return { name: model.name, text: short(String(model.content)) };
}

/** A path as the server gave it lacks the drive, so names are put together. */
function joined(folder: string, name: string): string {
  return /(^|[:/])$/.test(folder) ? folder + name : `${folder}/${name}`;
}

async function readUrl(url: string): Promise<ITextFile[]> {
  const file = await fetchFile(url);
  const list = listOf(file.text);
  return list
    ? Promise.all(limited(list).map(name => fetchFile(new URL(name, url).href)))
    : [file];
}

async function fetchFile(url: string): Promise<ITextFile> {
  requireSafe(url);
  // Cookies go to this server only; its token goes nowhere.
  const response = await fetch(url, {
    cache: 'no-cache',
    signal: AbortSignal.timeout?.(PATIENCE)
  });
  // A redirect may have led elsewhere.
  requireSafe(response.url || url);
  if (!response.ok) {
    throw new Error(`${response.status} ${response.statusText}`.trim());
  }
  const name = new URL(url).pathname.split('/').pop() || 'snippet.py';
  const text = short(await textOf(response));
  const isJson = /^\s*[[{]/.test(text) && !name.endsWith('.py');
  return {
    name: SNIPPET_FILE.test(name) ? name : `${name}.${isJson ? 'json' : 'py'}`,
    text
  };
}

/** The names in a JSON list of files, or null. */
function listOf(text: string): string[] | null {
  try {
    const list: unknown = JSON.parse(text);
    const isList =
      Array.isArray(list) &&
      list.length > 0 &&
      list.every(item => typeof item === 'string');
    return isList ? list : null;
  } catch {
    return null;
  }
}

function limited<T>(files: T[]): T[] {
  if (files.length > MAX_FILES) {
    throw new MessageError(
      later.__('it has %1 files; the limit is %2', files.length, MAX_FILES)
    );
  }
  return files;
}

function short(text: string): string {
  if (text.length > MAX_LENGTH) {
    throw new MessageError(later.__('a file is too large for a snippet'));
  }
  return text;
}
