import type { NotebookPanel } from '@jupyterlab/notebook';

import { applyValues } from '../notebook/applyValues';
import type { ISnippet, ParameterValue } from '../snippets';
import { readCellForm } from '../snippets';
import type { Renames } from '../snippets/format/rename';
import type { IInsertDefaults } from './parameterDefaults';

/**
 * Put the names of the user's objects into cells that were inserted while the
 * kernel was busy, once it is idle. What the user has changed meanwhile stays.
 *
 * @param renames - Other names that the insertion was given.
 * @param gather - Asks the kernel.
 * @returns how many names were put in; null where the notebook was closed.
 */
export async function fillInObjects(
  panel: NotebookPanel,
  ids: readonly string[],
  snippet: ISnippet,
  renames: Renames,
  gather: () => Promise<IInsertDefaults>
): Promise<number | null> {
  while (await whenIdle(panel)) {
    const { values, isBusy } = await gather();
    if (!isBusy && !panel.isDisposed) {
      const found = Object.entries(values).map(
        ([name, value]) => [renames.get(name) ?? name, value] as const
      );
      return fillIn(panel, ids, snippet, renames, new Map(found));
    }
  }
  return null;
}

function fillIn(
  panel: NotebookPanel,
  ids: readonly string[],
  snippet: ISnippet,
  renames: Renames,
  found: ReadonlyMap<string, unknown>
): number {
  const untouched = new Map(
    snippet.parameters
      .filter(({ type }) => type === 'variable')
      .map(({ name, default: value }) => [
        renames.get(name) ?? name,
        codeOf(value)
      ])
  );
  let count = 0;
  for (const cell of panel.content.widgets) {
    if (!ids.includes(cell.model.id) || cell.model.type !== 'code') {
      continue;
    }
    const form = readCellForm(cell.model.sharedModel.getSource());
    const values = new Map<number, ParameterValue>();
    for (const { name, line, code } of form.parameters) {
      const value = codeOf(found.get(name));
      const isKnown = found.has(name) && untouched.get(name) === code;
      if (isKnown && value !== code) {
        values.set(line, value);
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
