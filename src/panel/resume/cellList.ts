import type { NotebookPanel } from '@jupyterlab/notebook';
import { Widget } from '@lumino/widgets';

/** The first lines of cells, for a dialog. */
export function cellList(
  title: string,
  panel: NotebookPanel,
  ids: readonly string[]
): Widget {
  const node = document.createElement('div');
  node.className = 'jp-RuntimeKit-cellList';
  node.append(
    Object.assign(document.createElement('p'), { textContent: title })
  );
  const list = document.createElement('ol');
  panel.content.widgets.forEach(({ model }, index) => {
    if (ids.includes(model.id)) {
      const item = document.createElement('li');
      // Counted as a reader counts the notebook's cells.
      item.value = index + 1;
      item.append(
        Object.assign(document.createElement('code'), {
          textContent: headOf(model.sharedModel.getSource())
        })
      );
      list.append(item);
    }
  });
  node.append(list);
  return new Widget({ node });
}

/** The first line that is code. */
function headOf(source: string): string {
  const lines = source.split('\n').filter(line => line.trim());
  return lines.find(line => !line.trim().startsWith('#')) ?? lines[0] ?? '';
}
