import type { NotebookPanel } from '@jupyterlab/notebook';

import { applyValues } from '../notebook/applyValues';
import type { ISnippet, ParameterValue } from '../snippets';
import { readCellForm } from '../snippets';
import type { IInsertDefaults } from './parameterDefaults';

/**
 * Put the names of the user's objects into cells that were inserted while the
 * kernel was busy, once it is idle. What the user has changed meanwhile stays.
 *
 * @param gather - Asks the kernel.
 * @returns how many names were put in; null where the notebook was closed.
 */
export async function fillInObjects(
  panel: NotebookPanel,
  ids: readonly string[],
  snippet: ISnippet,
  gather: () => Promise<IInsertDefaults>
): Promise<number | null> {
  while (await whenIdle(panel)) {
    const { values, isBusy } = await gather();
    if (!isBusy && !panel.isDisposed) {
      return fillIn(panel, ids, snippet, values);
    }
  }
  return null;
}

function fillIn(
  panel: NotebookPanel,
  ids: readonly string[],
  snippet: ISnippet,
  found: Readonly<Record<string, unknown>>
): number {
  const untouched = new Map(
    snippet.parameters
      .filter(({ name, type }) => type === 'variable' && name in found)
      .map(({ name, default: value }) => [name, codeOf(value)])
  );
  let count = 0;
  for (const cell of panel.content.widgets) {
    if (!ids.includes(cell.model.id) || cell.model.type !== 'code') {
      continue;
    }
    const form = readCellForm(cell.model.sharedModel.getSource());
    const values = new Map<number, ParameterValue>();
    for (const { name, line, code } of form.parameters) {
      if (untouched.get(name) === code && codeOf(found[name]) !== code) {
        values.set(line, codeOf(found[name]));
      }
    }
    if (applyValues(panel, cell, form, values)) {
      count += values.size;
    }
  }
  return count;
}

/** A variable in the code; None where there is none. */
function codeOf(value: unknown): string {
  return value ? String(value) : 'None';
}

/** Wait until the kernel is idle; false where the notebook is closed. */
function whenIdle(panel: NotebookPanel): Promise<boolean> {
  const { sessionContext } = panel;
  return new Promise(resolve => {
    const done = (answer: boolean): void => {
      sessionContext.statusChanged.disconnect(check);
      panel.disposed.disconnect(closed);
      resolve(answer);
    };
    const closed = (): void => done(false);
    const check = (): void => {
      if (sessionContext.session?.kernel?.status === 'idle') {
        done(true);
      }
    };
    if (panel.isDisposed) {
      resolve(false);
      return;
    }
    sessionContext.statusChanged.connect(check);
    panel.disposed.connect(closed);
    check();
  });
}
