import type { TranslationBundle } from '@jupyterlab/translation';

import type { ISnippet } from '../snippets';
import { CommandIDs } from '../tokens';

/** Snippets with a command of their own: menus have them at the top, in this order. */
export const OWN_COMMANDS: Readonly<Record<string, string>> = {
  'drive-mount': CommandIDs.insertDriveMount,
  'gpu-check': CommandIDs.insertGpuCheck,
  'checkpoint-resume': CommandIDs.insertCheckpointResume
};

/** Up to so many snippets without a group stand in the menu itself. */
const MAX_UNGROUPED = 8;

/**
 * What a menu of snippets shows.
 */
interface ISnippetGroups {
  /** Ids at the top of the menu. */
  readonly first: readonly string[];
  /** Ids below, which belong to no group. */
  readonly ungrouped: readonly string[];
  /** Submenus, none of them empty. */
  readonly groups: readonly { title: string; ids: readonly string[] }[];
}

/**
 * Group snippets by their first tag. One that names no known group is the
 * user's own: these stand below the others, in a group where they are many.
 *
 * @param snippets - Those to show, in the order to show them in.
 */
export function groupSnippets(
  snippets: readonly ISnippet[],
  trans: TranslationBundle
): ISnippetGroups {
  const known: Record<string, string> = {
    storage: trans.__('Storage and Data'),
    checkpoint: trans.__('Checkpoints'),
    gpu: trans.__('GPU'),
    environment: trans.__('Environment'),
    scripts: trans.__('Scripts'),
    runtime: trans.__('Runtime'),
    share: trans.__('Sharing')
  };
  const ids = new Set(snippets.map(({ id }) => id));
  const first = Object.keys(OWN_COMMANDS).filter(id => ids.has(id));
  const rest = snippets.filter(({ id }) => !(id in OWN_COMMANDS));
  const groups = Object.entries(known).map(([tag, title]) => ({
    title,
    ids: rest.filter(({ tags }) => tags[0] === tag).map(({ id }) => id)
  }));
  const own = rest
    .filter(({ tags }) => tags.length === 0 || !Object.hasOwn(known, tags[0]))
    .map(({ id }) => id);
  const many = own.length > MAX_UNGROUPED;
  if (many) {
    groups.push({ title: trans.__('Your Snippets'), ids: own });
  }
  return {
    first,
    ungrouped: many ? [] : own,
    groups: groups.filter(group => group.ids.length > 0)
  };
}
