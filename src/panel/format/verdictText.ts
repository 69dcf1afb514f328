import type { TranslationBundle } from '@jupyterlab/translation';

import { later } from '../../snippets/format/message';

/**
 * What `runtime_kit/accelerator/verdict.py` and `runtime_kit/platform.py` say. The kernel says it
 * in English, as in its outputs, and here it is said in the language of the interface.
 */
export const VERDICT_TEXTS = [
  later.__('framework missing'),
  later.__('framework is a CPU build'),
  later.__('driver broken'),
  later.__('TPU'),
  later.__('Apple GPU'),
  later.__('no GPU'),
  later.__('memory taken by others'),
  later.__('ok'),
  later.__('Run `%pip install torch`.'),
  later.__('Choose yours at pytorch.org/get-started.'),
  later.__('Restart the runtime, or have its NVIDIA driver repaired.'),
  later.__('Use JAX or torch_xla, not cuda.'),
  later.__('In PyTorch, its device is "mps".'),
  later.__('Unset CUDA_VISIBLE_DEVICES, then restart the kernel.'),
  later.__('See Runtime > Change runtime type.'),
  later.__('See Settings > Accelerator.'),
  later.__("Train on the CPU, or on a machine with one (a hub's GPU profile)."),
  later.__('Shut down what else runs on it.'),
  later.__('Training can use it.'),
  later.__('Mount Drive first (the Mount Drive cell), then the runs go there.'),
  later.__(
    "Switch on Persistence in the notebook's settings to keep /kaggle/working."
  ),
  later.__('Attach a network volume to the pod; it is mounted at /workspace.'),
  later.__('Use a mirror: the disk goes with the instance.'),
  later.__(
    'Binder keeps no files: use a mirror in a remote, or download what you need.'
  ),
  later.__(
    "The cluster's disk is deleted with it: set folder= to a volume below /Volumes."
  ),
  later.__('Attach persistent storage to the Space; it is mounted at /data.'),
  later.__(
    "The container's disk is deleted with it: set folder= to a mounted Volume."
  )
].map(({ id }) => id);

const known = new Set(VERDICT_TEXTS);

/** Other words, of another version of the kernel's part, stay as they are. */
export function verdictText(text: string, trans: TranslationBundle): string {
  return known.has(text) ? trans.__(text) : text;
}
