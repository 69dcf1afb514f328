import type { TranslationBundle } from '@jupyterlab/translation';

import type { Message } from '../../snippets/format/message';
import { later } from '../../snippets/format/message';
import { translateMessage } from '../../ui/translateMessage';

/** The codes of `runtime_kit/accelerator/verdict.py`. */
export const VERDICTS: Readonly<Record<string, Message>> = {
  'framework-missing': later.__('No ML framework'),
  'cpu-build': later.__('CPU-only framework'),
  'build-does-not-fit': later.__('Framework build does not fit the GPU'),
  'driver-too-old': later.__('GPU driver too old'),
  'cuda-libraries-missing': later.__('CUDA libraries missing'),
  'jax-plugin-fails': later.__('JAX plugin fails'),
  'framework-fails': later.__('Framework fails to import'),
  'no-permission': later.__('No permission to use the GPU'),
  'driver-broken': later.__('GPU driver not working'),
  tpu: later.__('TPU'),
  'apple-gpu': later.__('Apple GPU'),
  'intel-gpu': later.__('Intel GPU'),
  'amd-gpu-not-usable': later.__('AMD GPU not usable'),
  'no-gpu': later.__('No GPU'),
  'memory-taken': later.__('GPU memory in use by others'),
  ok: later.__('GPU ready')
};

/** `gpu-on-…` is by the id of a platform of `runtime_kit/platform.py`. */
export const ADVICE: Readonly<Record<string, Message>> = {
  'install-torch': later.__('Run `%pip install torch`.'),
  'install-gpu-build': later.__(
    'Install a GPU build: see pytorch.org/get-started.'
  ),
  'restart-runtime': later.__(
    'Restart the runtime, or reinstall its NVIDIA driver.'
  ),
  'use-jax': later.__('Use JAX or torch_xla instead of CUDA.'),
  'use-mps': later.__('In PyTorch, use device "mps".'),
  'use-xpu': later.__('In PyTorch, use device "xpu".'),
  'install-pytorch': later.__('Run the snippet Install PyTorch.'),
  'update-driver': later.__(
    'Update the NVIDIA driver, or install an older build.'
  ),
  'install-cuda-libraries': later.__(
    'Run `%pip install tensorflow[and-cuda]`.'
  ),
  'install-jax-plugin': later.__("Run `%pip install -U 'jax[cuda12]'`."),
  reinstall: later.__('Reinstall the framework.'),
  'give-access': later.__("Give this user access to the GPU's files in /dev."),
  'install-rocm': later.__('Install a ROCm build, and join the group render.'),
  'unset-visible-devices': later.__(
    'Unset CUDA_VISIBLE_DEVICES, then restart the kernel.'
  ),
  'gpu-on-colab': later.__('Choose one in Runtime > Change runtime type.'),
  'gpu-on-kaggle': later.__('Choose one in Settings > Accelerator.'),
  'use-cpu': later.__('Train on the CPU, or use a machine with a GPU.'),
  'stop-others': later.__('Stop other programs that use it.'),
  train: later.__('Training can use it.')
};

/** By the id of a platform of `runtime_kit/platform.py` that has advice. */
export const PLATFORM_ADVICE: Readonly<Record<string, Message>> = {
  colab: later.__('Mount Drive first, so that runs are saved there.'),
  kaggle: later.__(
    "Turn on Persistence in the notebook's settings to keep /kaggle/working."
  ),
  runpod: later.__(
    'Attach a network volume to the pod. It is mounted at /workspace.'
  ),
  jupyterhub: later.__(
    'This hub keeps no home folder: use a mirror in a remote.'
  ),
  vast: later.__('Use a mirror: the disk is deleted with the instance.'),
  binder: later.__(
    'Binder keeps no files: use a mirror in a remote, or download what you need.'
  ),
  databricks: later.__(
    "The cluster's disk is deleted with it: set folder= to a volume below /Volumes."
  ),
  huggingface: later.__(
    'Attach persistent storage to the Space. It is mounted at /data.'
  ),
  modal: later.__(
    "The container's disk is deleted with it: set folder= to a mounted Volume."
  )
};

/** What a code stands for; one of another version of the kernel's part stays as it is. */
export function codeText(
  code: string,
  texts: Readonly<Record<string, Message>>,
  trans: TranslationBundle
): string {
  return Object.hasOwn(texts, code)
    ? translateMessage(texts[code], trans)
    : code;
}
