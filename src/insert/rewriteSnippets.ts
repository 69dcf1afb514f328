import type { Notebook } from '@jupyterlab/notebook';

import type { SnippetLibrary } from '../library/snippetLibrary';
import type { IGroupReplacement, ISnippetGroup } from '../notebook';
import { snippetGroups } from '../notebook';
import type { ISnippet, SnippetForm } from '../snippets';
import { checkParameter, readCellForm, renderSnippet } from '../snippets';
import { Renames, renamesIn } from '../snippets/format/rename';

/** What code of the library form has and of the standalone form has not. */
const LIBRARY_CODE = /^\s*(?:from|import) runtime_kit\b/m;

/** Cells that take the place of an insertion. */
export interface IRewrite extends IGroupReplacement {
  readonly snippet: ISnippet;
}

/** The form of an insertion, as its code tells. */
export function formOf(group: ISnippetGroup): SnippetForm {
  return LIBRARY_CODE.test(codeOfGroup(group)) ? 'library' : 'standalone';
}

/** The source of an insertion's cells. */
function codeOfGroup({ cells }: ISnippetGroup): string {
  return cells.map(({ model }) => model.sharedModel.getSource()).join('\n\n');
}

/**
 * Bring insertions of older versions to the present one, in the form they have.
 *
 * @param only - Leave all others alone.
 */
export function planUpdates(
  notebook: Notebook,
  library: SnippetLibrary,
  only?: ISnippetGroup
): IRewrite[] {
  return plan(notebook, group => {
    const snippet = library.get(group.snippet, formOf(group));
    const isOld = snippet !== undefined && group.version < snippet.version;
    return isOld && (!only || only.start === group.start) ? snippet : undefined;
  });
}

/** Turn the insertions that have both forms into this one. */
export function planForm(
  notebook: Notebook,
  library: SnippetLibrary,
  form: SnippetForm
): IRewrite[] {
  return plan(notebook, group =>
    formOf(group) === form ? undefined : library.get(group.snippet, form)
  );
}

function plan(
  notebook: Notebook,
  choose: (group: ISnippetGroup) => ISnippet | undefined
): IRewrite[] {
  return snippetGroups(notebook).flatMap(group => {
    const snippet = choose(group);
    if (!snippet) {
      return [];
    }
    const renames = renamesIn(snippet, codeOfGroup(group));
    const parameters = valuesOf(group, snippet, renames);
    const { id, version } = snippet;
    return {
      group,
      snippet,
      cells: renderSnippet(snippet, parameters, { renames }),
      metadata: { snippet: id, version, parameters }
    };
  });
}

/**
 * The values that an insertion has now, as far as the snippet takes them: what
 * its cells say, else what it was rendered with.
 */
function valuesOf(
  group: ISnippetGroup,
  snippet: ISnippet,
  renames: Renames
): Record<string, unknown> {
  const declared = new Map([...renames].map(([name, other]) => [other, name]));
  const written: Record<string, unknown> = { ...group.parameters };
  for (const { model } of group.cells) {
    const source = model.sharedModel.getSource();
    const parameters = model.type === 'code' ? readCellForm(source) : null;
    for (const { name, type, code, value } of parameters?.parameters ?? []) {
      written[declared.get(name) ?? name] =
        type === 'raw' ? (code === 'None' ? '' : code) : value;
    }
  }
  const fitting = snippet.parameters.filter(
    parameter => parameter.name in written && fits(parameter, written)
  );
  return Object.fromEntries(
    snippet.parameters.map(({ name, default: value }) => [
      name,
      fitting.some(each => each.name === name) ? written[name] : value
    ])
  );
}

function fits(
  parameter: ISnippet['parameters'][number],
  written: Readonly<Record<string, unknown>>
): boolean {
  try {
    checkParameter(parameter, written[parameter.name]);
    return true;
  } catch {
    return false;
  }
}

/** What an insertion is now, and what it becomes. */
export function sourcesOf({ group, cells }: IRewrite): {
  before: string;
  after: string;
} {
  return {
    before: codeOfGroup(group),
    after: cells.map(({ source }) => source).join('\n\n')
  };
}

/** The lines that go and those that come. */
export function changedLines(rewrite: IRewrite): {
  removed: string[];
  added: string[];
} {
  const { before, after } = sourcesOf(rewrite);
  const [old, now] = [before.split('\n'), after.split('\n')];
  return { removed: without(old, now), added: without(now, old) };
}

function without(lines: readonly string[], others: readonly string[]) {
  const counts = new Map<string, number>();
  others.forEach(line => counts.set(line, (counts.get(line) ?? 0) + 1));
  return lines.filter(line => {
    const left = counts.get(line) ?? 0;
    counts.set(line, left - 1);
    return left <= 0 && line.trim() !== '';
  });
}
