/**
 * Which of the user's objects a checkpoint snippet shall save.
 *
 * Pure: the kernel's report and the notebook's code come in as data.
 */

/** An object that the kernel reported. */
export interface ICandidate {
  /** The variable's name. */
  name: string;
  /** What it is, for example `Module` or `Optimizer`. */
  kind: string;
  /** The name of its class. */
  type: string;
  /** Of an optimizer: the modules whose parameters it holds, by identity. */
  holds?: readonly string[];
}

/** Parameter values and remarks that follow from the candidates. */
export interface ISuggestion {
  /** Variable names by parameter name; `""` where there is no such object. */
  values: Record<string, string>;
  /** One line by parameter name: the candidates that were not taken. */
  notes: Record<string, string>;
}

/** The kind of object that each parameter of a checkpoint snippet names. */
const KIND_OF_PARAMETER: Record<string, string> = {
  MODEL: 'Module',
  OPTIMIZER: 'Optimizer',
  SCHEDULER: 'LRScheduler',
  SCALER: 'GradScaler',
  LOADER: 'DataLoader'
};

/** Tells whether a snippet has parameters that the kernel can fill. */
export function takesObjects(snippet: {
  id: string;
  parameters: readonly { name: string }[];
}): boolean {
  return (
    snippet.id.startsWith('checkpoint-resume') &&
    snippet.parameters.some(({ name }) => name in KIND_OF_PARAMETER)
  );
}

/**
 * Choose one object for each parameter.
 *
 * A model is one whose parameters an optimizer holds, where the kernel tells, and
 * a loader rather that of the training. Then those count that the notebook's code
 * uses, the most used first; the others are listed in a note. Nothing is suggested when the
 * kernel knows no model: the declared defaults are the better guess then.
 */
export function suggestObjects(
  candidates: readonly ICandidate[],
  parameters: readonly string[],
  code: string
): ISuggestion {
  const suggestion: ISuggestion = { values: {}, notes: {} };
  if (!candidates.some(({ kind }) => kind === KIND_OF_PARAMETER.MODEL)) {
    return suggestion;
  }
  const uses = countIdentifiers(code);
  const held = new Set(candidates.flatMap(({ holds }) => holds ?? []));
  for (const parameter of parameters) {
    const kind = KIND_OF_PARAMETER[parameter];
    if (!kind) {
      continue;
    }
    const likely = ({ name }: ICandidate): number =>
      kind === KIND_OF_PARAMETER.MODEL
        ? Number(held.has(name))
        : kind === KIND_OF_PARAMETER.LOADER
          ? Number(/train/i.test(name)) - Number(/test|val/i.test(name))
          : 0;
    const [first, ...others] = candidates
      .filter(candidate => candidate.kind === kind)
      .sort(
        (a, b) =>
          likely(b) - likely(a) ||
          (uses.get(b.name) ?? 0) - (uses.get(a.name) ?? 0)
      );
    suggestion.values[parameter] = first?.name ?? '';
    if (others.length > 0) {
      suggestion.notes[parameter] =
        'also in this kernel: ' +
        others.map(({ name, type }) => `${name} (${type})`).join(', ');
    }
  }
  return suggestion;
}

function countIdentifiers(code: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [name] of code.matchAll(/[\p{L}_][\p{L}\p{N}_]*/gu)) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/**
 * A run's name, from the path of its notebook: two notebooks do not share a run.
 * The same rule as `run_name` of `runtime_kit/resumable/proposal.py`.
 */
export function runName(path: string): string {
  const title = path.replace(/^.*\//, '').replace(/\.[^.]*$/, '');
  const name = title
    .normalize('NFC')
    .trim()
    .replace(/[^\p{L}\p{N}_.-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  const short = Array.from(name).slice(0, 60).join('');
  return short.replace(/[-.]+$/, '') || 'training';
}

/**
 * Whether a parameter's value belongs to one notebook: its objects, its run. It is
 * not remembered for others.
 */
export function belongsToNotebook(parameter: string): boolean {
  return parameter === 'RUN' || parameter in KIND_OF_PARAMETER;
}
