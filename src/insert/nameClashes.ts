import type { Notebook } from '@jupyterlab/notebook';

import { METADATA_KEY, readMetadata } from '../notebook';
import type { ISnippet } from '../snippets';
import { freeName, ownNames, Renames } from '../snippets/format/rename';
import { boundNames } from '../snippets/parameters/boundnames';

/**
 * Other names for those of a snippet's that the user has already: an insertion
 * overwrites nothing of theirs.
 *
 * @param inKernel - Names that hold something of the user's in the kernel.
 */
export function avoidNames(
  notebook: Notebook,
  snippet: ISnippet,
  inKernel: readonly string[]
): Renames {
  const own = ownNames(snippet);
  const taken = new Set(inKernel);
  for (const { model } of own.length > 0 ? notebook.widgets : []) {
    const isOurs = readMetadata(model.getMetadata(METADATA_KEY)) !== null;
    if (model.type === 'code' && !isOurs) {
      boundNames(model.sharedModel.getSource()).forEach(name =>
        taken.add(name)
      );
    }
  }
  return new Map(
    own
      .filter(name => taken.has(name))
      .map(name => [name, freeName(name, taken)])
  );
}
