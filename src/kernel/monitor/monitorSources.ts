import os from '../../../runtime_kit/_os/__init__.py';
import childPython from '../../../runtime_kit/_os/child_python.py';
import osFiles from '../../../runtime_kit/_os/files.py';
import osMemory from '../../../runtime_kit/_os/memory.py';
import trustedImports from '../../../runtime_kit/_os/trusted_imports.py';
import accelerator from '../../../runtime_kit/accelerator/__init__.py';
import acceleratorAmd from '../../../runtime_kit/accelerator/amd.py';
import acceleratorChecking from '../../../runtime_kit/accelerator/checking.py';
import acceleratorCommand from '../../../runtime_kit/accelerator/command.py';
import acceleratorDevice from '../../../runtime_kit/accelerator/device.py';
import acceleratorFinding from '../../../runtime_kit/accelerator/finding.py';
import acceleratorFrameworks from '../../../runtime_kit/accelerator/frameworks.py';
import acceleratorNvidiaSmi from '../../../runtime_kit/accelerator/nvidia_smi.py';
import acceleratorNvml from '../../../runtime_kit/accelerator/nvml.py';
import acceleratorTorchMemory from '../../../runtime_kit/accelerator/torch_memory.py';
import acceleratorVerdict from '../../../runtime_kit/accelerator/verdict.py';
import checkpointErrors from '../../../runtime_kit/checkpoint/errors.py';
import checkpointLayout from '../../../runtime_kit/checkpoint/run_dir/layout.py';
import checkpointStepFiles from '../../../runtime_kit/checkpoint/run_dir/step_files.py';
import entry from '../../../runtime_kit/frontend/monitor_entry.py';
import platform from '../../../runtime_kit/platform.py';
import telemetry from '../../../runtime_kit/telemetry/__init__.py';
import telemetryAbout from '../../../runtime_kit/telemetry/about.py';
import telemetryActions from '../../../runtime_kit/telemetry/actions.py';
import telemetryBudget from '../../../runtime_kit/telemetry/budget.py';
import telemetryDisks from '../../../runtime_kit/telemetry/disks.py';
import telemetryLink from '../../../runtime_kit/telemetry/link.py';
import telemetryLive from '../../../runtime_kit/telemetry/live.py';
import telemetryBackgroundProbe from '../../../runtime_kit/telemetry/background_probe.py';
import telemetryPublish from '../../../runtime_kit/telemetry/publish.py';
import telemetryRunFolders from '../../../runtime_kit/telemetry/run_folders.py';
import telemetryRunning from '../../../runtime_kit/telemetry/running.py';
import telemetryRuns from '../../../runtime_kit/telemetry/runs.py';
import telemetrySampler from '../../../runtime_kit/telemetry/sampler.py';
import telemetryActivity from '../../../runtime_kit/telemetry/activity.py';
import telemetryStorage from '../../../runtime_kit/telemetry/storage.py';
import telemetryWatcher from '../../../runtime_kit/telemetry/watcher.py';

/** Must be `PROTOCOL` of `runtime_kit/telemetry`. */
export const PROTOCOL = 1;

/** Goes with every question: finds the monitor in the kernel, or makes it there. */
export const ENTRY = entry;

/**
 * The monitor's files by module name below `runtime_kit`, in an order in which
 * each needs only those in front of it. A kernel without the package gets them.
 */
export const SOURCES: Readonly<Record<string, string>> = {
  _os: os,
  '_os.files': osFiles,
  '_os.memory': osMemory,
  '_os.trusted_imports': trustedImports,
  '_os.child_python': childPython,
  platform: platform,
  accelerator: accelerator,
  'accelerator.command': acceleratorCommand,
  'accelerator.device': acceleratorDevice,
  'accelerator.amd': acceleratorAmd,
  'accelerator.nvidia_smi': acceleratorNvidiaSmi,
  'accelerator.nvml': acceleratorNvml,
  'accelerator.finding': acceleratorFinding,
  'accelerator.frameworks': acceleratorFrameworks,
  'accelerator.torch_memory': acceleratorTorchMemory,
  'accelerator.verdict': acceleratorVerdict,
  'accelerator.checking': acceleratorChecking,
  'checkpoint.errors': checkpointErrors,
  'checkpoint.run_dir.layout': checkpointLayout,
  'checkpoint.run_dir.step_files': checkpointStepFiles,
  telemetry: telemetry,
  'telemetry.budget': telemetryBudget,
  'telemetry.disks': telemetryDisks,
  'telemetry.background_probe': telemetryBackgroundProbe,
  'telemetry.publish': telemetryPublish,
  'telemetry.about': telemetryAbout,
  'telemetry.running': telemetryRunning,
  'telemetry.run_folders': telemetryRunFolders,
  'telemetry.activity': telemetryActivity,
  'telemetry.runs': telemetryRuns,
  'telemetry.live': telemetryLive,
  'telemetry.storage': telemetryStorage,
  'telemetry.sampler': telemetrySampler,
  'telemetry.watcher': telemetryWatcher,
  'telemetry.actions': telemetryActions,
  'telemetry.link': telemetryLink
};

/** Tells one version of the files from another (FNV-1a). */
export const DIGEST = digest(Object.values(SOURCES).join('\0'));

function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return `${text.length}-${(hash >>> 0).toString(16)}`;
}
