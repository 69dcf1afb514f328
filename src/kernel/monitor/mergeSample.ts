import {
  EMPTY_SAMPLE,
  type IRun,
  type ISample,
  type RawSample
} from './sample';

/**
 * Make a whole sample of what came from the kernel: what it left out because it
 * did not change since the last one is taken from there.
 */
export function mergeSample(raw: RawSample, last: ISample | null): ISample {
  return {
    time: Date.now() / 1000,
    ...EMPTY_SAMPLE,
    ...raw,
    runs: mergeRuns(raw.runs ?? [], last?.runs ?? [])
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
