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
 * With several candidates those count that the notebook's code uses, the most
 * used first; the others are listed in a note. Nothing is suggested when the
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
  for (const parameter of parameters) {
    const kind = KIND_OF_PARAMETER[parameter];
    if (!kind) {
      continue;
    }
    const [first, ...others] = candidates
      .filter(candidate => candidate.kind === kind)
      .sort((a, b) => (uses.get(b.name) ?? 0) - (uses.get(a.name) ?? 0));
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
