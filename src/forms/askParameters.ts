import type { TranslationBundle } from '@jupyterlab/translation';

import type { IInsertDefaults } from '../insert/parameterDefaults';
import type { ISnippet } from '../snippets';
import { readCellForm } from '../snippets';
import { belongsToNotebook } from '../snippets/parameters/suggest';
import { parameterComments } from '../snippets/parameters/paramcomments';
import type { IKitSettings } from '../tokens';
import { saveSettings } from '../ui/saveSettings';
import { snippetField } from './field';
import { FormBody, FormValues } from './FormBody';
import { showForm } from '../ui/formDialog';

/**
 * Ask for a snippet's values before it is inserted. The form shows what would be
 * inserted; changed values are remembered for the next time if the user wants that.
 *
 * @param given - Values that the request itself names.
 * @returns the values, or null where the user cancelled.
 */
export async function askParameters(
  { snippet, values, notes }: IInsertDefaults,
  given: Readonly<Record<string, unknown>>,
  settings: IKitSettings,
  trans: TranslationBundle
): Promise<Record<string, unknown> | null> {
  const shown = { ...values, ...given };
  if (snippet.parameters.length === 0) {
    return shown;
  }
  const dates = dateParameters(snippet);
  const body = new FormBody({
    trans,
    description: snippet.description,
    fields: snippet.parameters.map(parameter =>
      snippetField(parameter, shown[parameter.name], {
        note: notes[parameter.name],
        isDate: dates.has(parameter.name),
        comments: parameterComments(
          snippet.cells[parameter.cell].source,
          parameter.line
        )
      })
    )
  });
  const answer = await showForm<FormValues>({
    title: snippet.title,
    body,
    cancel: trans.__('Cancel'),
    accept: trans.__('Insert'),
    checkbox: {
      label: trans.__('Remember changed values'),
      caption: trans.__(
        'Use them as defaults the next time you insert this snippet'
      ),
      checked: true
    }
  });
  if (!answer) {
    return null;
  }
  const changed = Object.fromEntries(answer.value);
  const kept = Object.fromEntries(
    [...answer.value].filter(([name]) => !belongsToNotebook(name))
  );
  if (answer.isChecked && Object.keys(kept).length > 0) {
    // The insertion does not fail with the server.
    await saveSettings(() => remember(snippet, kept, settings), trans);
  }
  return { ...shown, ...changed };
}

async function remember(
  snippet: ISnippet,
  changed: Readonly<Record<string, unknown>>,
  settings: IKitSettings
): Promise<void> {
  await settings.change('parameters', all => ({
    ...all,
    [snippet.id]: { ...all[snippet.id], ...changed }
  }));
}

/** Names of the parameters that Colab shows a calendar for. */
function dateParameters({ cells }: ISnippet): ReadonlySet<string> {
  return new Set(
    cells
      .filter(({ cellType }) => cellType === 'code')
      .flatMap(({ source }) => readCellForm(source).parameters)
      .filter(({ isDate }) => isDate)
      .map(({ name }) => name)
  );
}
