import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { PartialJSONValue } from '@lumino/coreutils';

import { asOneUndoStep, trackMetadata } from './undo';

/** What Colab's "Change runtime type" sets, in its own words; null is a CPU. */
export interface IColabRuntime {
  accelerator: 'GPU' | 'TPU';
  /** As in `metadata.colab.gpuType`, of a TPU too; empty where only the kind is known. */
  gpuType: string;
}

/** The types that Colab offers; older notebooks may name others. */
export const COLAB_RUNTIMES: readonly IColabRuntime[] = [
  ...['T4', 'L4', 'G4', 'A100', 'H100'].map(gpuType => ({
    accelerator: 'GPU' as const,
    gpuType
  })),
  ...['V5E1', 'V6E1', 'V28'].map(gpuType => ({
    accelerator: 'TPU' as const,
    gpuType
  }))
];

const ORIGIN = { name: 'runtime-kit:colab' };

/** A notebook's metadata as the shared model keeps it. */
interface ISharedMetadata {
  set(key: string, value: PartialJSONValue): void;
  delete(key: string): void;
}

/** What Colab starts when it opens this notebook. */
export function colabRuntime(panel: NotebookPanel): IColabRuntime | null {
  const model = panel.content.model;
  const { gpuType } = asObject(model?.getMetadata('colab'));
  return asRuntime(model?.getMetadata('accelerator'), gpuType);
}

/** The runtime that these values stand for; null for a CPU. */
export function asRuntime(
  accelerator: unknown,
  gpuType: unknown
): IColabRuntime | null {
  return accelerator === 'GPU' || accelerator === 'TPU'
    ? { accelerator, gpuType: typeof gpuType === 'string' ? gpuType : '' }
    : null;
}

/** Ask Colab for a runtime, as one undo step. Everything else in the metadata stays. */
export function setColabRuntime(
  panel: NotebookPanel,
  runtime: IColabRuntime | null
): void {
  const model = panel.content.model;
  const shared = model?.sharedModel;
  const metadata = shared && trackMetadata<ISharedMetadata>(shared, ORIGIN);
  if (!model || !metadata) {
    throw new Error('The notebook is not loaded.');
  }
  // An undo, too, changes what has to be saved. Connecting twice does nothing.
  shared.metadataChanged.connect(markChanged, model);
  const colab = { ...asObject(shared.getMetadata('colab')) };
  delete colab.gpuType;
  asOneUndoStep(shared, () =>
    shared.transact(
      () => {
        if (runtime) {
          metadata.set('accelerator', runtime.accelerator);
          metadata.set('colab', { ...colab, gpuType: runtime.gpuType });
        } else {
          metadata.delete('accelerator');
          if (Object.keys(colab).length > 0) {
            metadata.set('colab', colab);
          } else {
            metadata.delete('colab');
          }
        }
      },
      false,
      ORIGIN
    )
  );
}

function markChanged(this: INotebookModel): void {
  this.dirty = true;
}

function asObject(value: unknown): Record<string, PartialJSONValue> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, PartialJSONValue>)
    : {};
}
