import type { NotebookPanel } from '@jupyterlab/notebook';
import { Widget } from '@lumino/widgets';

import { kitSnippetOf } from '../../notebook';
import type { SnippetLibrary } from '../../library/snippetLibrary';
import { endingBefore } from '../../snippets/format/trim';

/** What cells are, for a dialog, in lists with a title; empty ones are left out. */
export function cellList(
  lists: readonly { title: string; ids: readonly string[] }[],
  panel: NotebookPanel,
  library: SnippetLibrary | null
): Widget {
  const node = document.createElement('div');
  node.className = 'jp-RuntimeKit-cellList';
  for (const { title, ids } of lists.filter(({ ids }) => ids.length > 0)) {
    node.append(
      Object.assign(document.createElement('p'), { textContent: title }),
      listOf(panel, ids, library)
    );
  }
  return new Widget({ node });
}

function listOf(
  panel: NotebookPanel,
  ids: readonly string[],
  library: SnippetLibrary | null
): HTMLOListElement {
  const list = document.createElement('ol');
  let heading: string | undefined;
  panel.content.widgets.forEach(({ model }, index) => {
    const source = model.sharedModel.getSource();
    if (model.type === 'markdown') {
      heading = headingOf(source) ?? heading;
    } else if (ids.includes(model.id)) {
      const snippet = kitSnippetOf(model);
      const title = snippet === null ? undefined : library?.get(snippet)?.title;
      const head = cellHead(source, title, heading);
      const item = itemOf(head);
      // Counted as a reader counts the notebook's cells.
      item.value = index + 1;
      // What runs is what is read here: not all code says what it does.
      if (head.code !== source.trim()) {
        const code = document.createElement('pre');
        code.textContent = source;
        item.append(code);
      }
      list.append(item);
    }
  });
  return list;
}

function itemOf({ words, code }: ICellHead): HTMLLIElement {
  const item = document.createElement('li');
  item.append(words ?? '');
  if (code !== undefined) {
    const node = document.createElement('code');
    node.textContent = code;
    item.append(words ? ': ' : '', node);
  }
  return item;
}

/** What a cell is called in a list: words, code, or words and code. */
interface ICellHead {
  words?: string;
  code?: string;
}

/**
 * What tells a reader best which cell it is: the comment that it begins with,
 * else the snippet that it came from, else what it does and under which heading.
 *
 * @param title - The snippet's title, for a cell of ours.
 * @param heading - The nearest heading above.
 */
export function cellHead(
  source: string,
  title?: string,
  heading?: string
): ICellHead {
  const lines = source.split('\n').filter(line => line.trim());
  const words = commentOf(lines[0] ?? '') || title;
  if (words) {
    return { words };
  }
  const code = firstWork(lines) ?? lines[0] ?? '';
  return heading ? { words: heading, code } : { code };
}

/** The last heading of a Markdown cell. */
export function headingOf(markdown: string): string | undefined {
  let isCode = false;
  let heading: string | undefined;
  for (const line of markdown.split('\n')) {
    if (!/[#`~]/.test(line)) {
      continue;
    }
    if (/^\s*(```|~~~)/.test(line)) {
      isCode = !isCode;
    } else if (!isCode) {
      const words = /^#{1,6}\s+(.*)$/.exec(line)?.[1] ?? '';
      heading = endingBefore(words, /[\s#]/) || heading;
    }
  }
  return heading;
}

/** The words of a comment; empty where it is a ruler or none. */
function commentOf(line: string): string {
  const words =
    /^#+\s*(?:%%\s*|@title\s+)?(.*)$/.exec(line)?.[1].trimEnd() ?? '';
  return /[\p{L}\p{N}]/u.test(words) && !/^[!@]/.test(words) ? words : '';
}

/** The first line that is neither a comment nor part of an import. */
function firstWork(lines: readonly string[]): string | undefined {
  let isImport = false;
  return lines.find(line => {
    if (isImport) {
      isImport = !line.includes(')');
      return false;
    }
    if (/^(import|from)\s/.test(line)) {
      isImport = line.lastIndexOf('(') > line.lastIndexOf(')');
      return false;
    }
    return !line.trim().startsWith('#');
  });
}
