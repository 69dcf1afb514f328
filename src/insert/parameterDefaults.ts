import type { NotebookPanel, Notebook } from '@jupyterlab/notebook';

import type { INamespaceReport } from '../kernel/queries/namespace';
import { codeOf, METADATA_KEY, readMetadata } from '../notebook';
import type { SnippetLibrary } from '../library/snippetLibrary';
import type { ISnippet } from '../snippets';
import {
  Renames,
  resultNames,
  freeName,
  ownNames
} from '../snippets/format/rename';
import {
  runName,
  suggestObjects,
  takesObjects
} from '../snippets/parameters/suggest';
import type { IKitSettings } from '../tokens';
import { boundNames } from '../snippets/parameters/boundnames';

/** Milliseconds that an insertion waits for a kernel at most. */
const PATIENCE = 1000;

/**
 * What to insert, before the request's own arguments.
 */
export interface IInsertDefaults {
  /** The snippet in the form that fits settings and kernel. */
  snippet: ISnippet;
  values: Record<string, unknown>;
  /** Remarks by parameter name, for the inserted cell. */
  notes: Record<string, string>;
  /** Other names for those that the user has already. */
  renames: Renames;
  /** The kernel was busy, so the names of the user's objects are guessed. */
  isBusy?: boolean;
}

/**
 * Gathers form and parameter values of a snippet: the user's settings first,
 * then what the kernel knows, which wins.
 */
export class ParameterDefaults {
  constructor(private _settings: IKitSettings) {}

  async gather(
    panel: NotebookPanel,
    snippet: ISnippet,
    library: SnippetLibrary
  ): Promise<IInsertDefaults> {
    const { form, parameters } = this._settings.values;
    const inLibraryForm = library.get(snippet.id, 'library');
    const asksForm = form === 'auto' && inLibraryForm !== undefined;
    const forms = [snippet, ...(inLibraryForm ? [inLibraryForm] : [])];
    const names = forms.flatMap(resultNames);
    const report =
      asksForm || takesObjects(snippet) || names.length > 0
        ? await this._ask(
            panel,
            names,
            forms.flatMap(({ parameters }) =>
              parameters.map(({ name }) => name)
            )
          )
        : null;
    const wantsLibrary =
      form === 'library' || (asksForm && report?.runtimeKit === true);
    const chosen = (wantsLibrary && inLibraryForm) || snippet;
    const { values, notes } =
      report && takesObjects(chosen)
        ? suggestObjects(
            report.objects,
            chosen.parameters.map(({ name }) => name),
            codeOf(panel.content, chosen.id)
          )
        : { values: {}, notes: {} };
    if (
      snippet.id.startsWith('checkpoint-resume') &&
      chosen.parameters.some(({ name }) => name === 'RUN')
    ) {
      values.RUN = runName(panel.context.path);
    }
    return {
      snippet: chosen,
      values: { ...knownOnly(chosen, parameters[snippet.id]), ...values },
      notes,
      renames: avoidNames(panel.content, chosen, report?.taken ?? []),
      isBusy:
        report === null &&
        takesObjects(chosen) &&
        panel.sessionContext.session?.kernel?.status === 'busy'
    };
  }

  private async _ask(
    panel: NotebookPanel,
    names: readonly string[],
    parameters: readonly string[]
  ): Promise<INamespaceReport | null> {
    const { sessionContext } = panel;
    const kernel = sessionContext.session?.kernel;
    if (!kernel) {
      return null;
    }
    const { askNamespace } = await import('../kernel/queries/namespace');
    const report = await askNamespace(kernel, PATIENCE, names, parameters);
    // An answer of a kernel that was replaced meanwhile says nothing.
    return sessionContext.session?.kernel === kernel ? report : null;
  }
}

/**
 * The two forms of a snippet may differ in their parameters: what a setting
 * names for the other form is left out.
 */
function knownOnly(
  snippet: ISnippet,
  values: Readonly<Record<string, unknown>> = {}
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([name]) =>
      snippet.parameters.some(parameter => parameter.name === name)
    )
  );
}

/**
 * Other names for those of a snippet's that the user has already: an insertion
 * overwrites nothing of theirs.
 *
 * @param inKernel - Names that hold something of the user's in the kernel.
 */
function avoidNames(
  notebook: Notebook,
  snippet: ISnippet,
  inKernel: readonly string[]
): Renames {
  const own = ownNames(snippet);
  const taken = new Set(inKernel);
  for (const { model } of own.length > 0 ? notebook.widgets : []) {
    const isOurs = readMetadata(model.getMetadata(METADATA_KEY)) !== null;
    const code = model.sharedModel.getSource();
    // A cell with the snippet's own code is one that it was made from.
    const isSame = snippet.cells.some(({ source }) => source === code);
    if (model.type === 'code' && !isOurs && !isSame) {
      boundNames(code).forEach(name => taken.add(name));
    }
  }
  return new Map(
    own
      .filter(name => taken.has(name))
      .map(name => [name, freeName(name, taken)])
  );
}
