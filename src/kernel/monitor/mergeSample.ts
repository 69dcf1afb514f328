import type { RawSample } from './monitorProtocol';
import type { IRun, ISample } from './sample';

const UNKNOWN_KERNEL: ISample['kernel'] = {
  pid: 0,
  host: '',
  started: null,
  python: '',
  runtime_kit: false
};

/**
 * Make a whole sample of what came from the kernel: what it left out because it
 * did not change since the last one is taken from there.
 */
export function mergeSample(raw: RawSample, last: ISample | null): ISample {
  return {
    time: raw.time ?? Date.now() / 1000,
    busy: raw.busy === true,
    interval: raw.interval ?? 0,
    cost: raw.cost ?? 0,
    kernel: raw.kernel ?? UNKNOWN_KERNEL,
    platform: raw.platform ?? null,
    accelerator: raw.accelerator ?? null,
    memory: raw.memory ?? null,
    disks: raw.disks ?? [],
    storage: raw.storage ?? null,
    runs: mergeRuns(raw.runs ?? [], last?.runs ?? []),
    runs_left_out: raw.runs_left_out ?? 0,
    problems: raw.problems ?? {}
  };
}

function mergeRuns(
  runs: NonNullable<RawSample['runs']>,
  last: readonly IRun[]
): IRun[] {
  return runs.map(run => {
    const before = last.find(({ folder }) => folder === run.folder);
    return { ...run, history: run.history ?? before?.history ?? [] };
  });
}

/** What is left of a kernel's last sample when its process has ended. */
export function afterEnd(sample: ISample): ISample {
  const runs = sample.runs.map(run => ({ ...run, live: false }));
  return { ...sample, busy: false, runs };
}

/** Something of an idle kernel's sample is missing, perhaps only not there yet. */
export function hasProblems(sample: ISample | null): boolean {
  return (
    sample !== null && !sample.busy && Object.keys(sample.problems).length > 0
  );
}
