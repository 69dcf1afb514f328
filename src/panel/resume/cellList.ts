import type { NotebookPanel } from '@jupyterlab/notebook';
import { Widget } from '@lumino/widgets';

import { kitSnippetOf } from '../../notebook';
import type { SnippetLibrary } from '../../library/snippetLibrary';
import { cellHead, headingOf, ICellHead } from './cellHead';

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
