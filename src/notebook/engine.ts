import type { Cell } from '@jupyterlab/cells';

/** The title line of an engine's cell. */
const ENGINE = /^# @title .*: (?:run this cell, )?no need to read it\s*$/m;

/** Whether a cell holds the code that a snippet's visible cell needs. */
export function isEngine({ model }: Cell): boolean {
  return model.type === 'code' && ENGINE.test(model.sharedModel.getSource());
}
