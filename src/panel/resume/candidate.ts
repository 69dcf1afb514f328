import type { IRun, ISample } from '../../kernel/monitor/monitor';

/**
 * The run that a fresh kernel could go on with: not finished, saved, and saved
 * before this kernel started, so that neither this kernel nor one beside it is
 * training it. Of several the one that was saved last.
 *
 * @param names - The runs of the notebook.
 */
export function resumable(
  { kernel, runs }: ISample,
  names: ReadonlySet<string>
): IRun | null {
  const { started } = kernel;
  const candidates = runs.filter(
    run =>
      names.has(run.name) &&
      !run.live &&
      !run.finished &&
      run.state !== 'damaged' &&
      run.saved !== null &&
      started !== null &&
      run.saved < started
  );
  return candidates.reduce<IRun | null>(
    (best, run) => (best && best.saved! >= run.saved! ? best : run),
    null
  );
}

/** Whether a run of one of these names is being trained in this kernel. */
export function isTraining(
  { runs }: ISample,
  names: ReadonlySet<string>
): boolean {
  return runs.some(({ live, name }) => live && names.has(name));
}
