import type { ICellModel } from '@jupyterlab/cells';
import type { PartialJSONObject } from '@lumino/coreutils';

/**
 * Whether a cell's code is hidden: by JupyterLab's metadata, Colab's, or, where
 * nobody chose yet, its author.
 */
export function isCodeHidden(
  model: ICellModel,
  hiddenByAuthor: boolean
): boolean {
  const view = model.getMetadata('cellView');
  return (
    isSourceHidden(model) ||
    (view === undefined ? hiddenByAuthor : view === 'form')
  );
}

/** Whether JupyterLab itself hides the code. */
export function isSourceHidden(model: ICellModel): boolean {
  return jupyterOf(model).source_hidden === true;
}

/**
 * Keep the user's choice where JupyterLab and Colab look for it. Like
 * JupyterLab's own, it is no undo step.
 */
export function keepCodeHidden(
  model: ICellModel,
  hidden: boolean,
  hiddenByAuthor: boolean
): void {
  const jupyter = { ...jupyterOf(model) };
  delete jupyter.source_hidden;
  model.sharedModel.transact(() => {
    setOrDelete(model, 'jupyter', {
      ...jupyter,
      ...(hidden ? { source_hidden: true } : {})
    });
    if (hidden || hiddenByAuthor) {
      model.setMetadata('cellView', hidden ? 'form' : 'both');
    } else {
      model.deleteMetadata('cellView');
    }
  }, false);
}

function jupyterOf(model: ICellModel): PartialJSONObject {
  return (model.getMetadata('jupyter') as PartialJSONObject | undefined) ?? {};
}

function setOrDelete(
  model: ICellModel,
  key: string,
  value: PartialJSONObject
): void {
  if (Object.keys(value).length > 0) {
    model.setMetadata(key, value);
  } else {
    model.deleteMetadata(key);
  }
}
