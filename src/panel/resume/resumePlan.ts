import type { ICellNames } from '../../kernel/queries/cellNames';

/**
 * A code cell of a notebook.
 */
export interface IPlannedCell {
  id: string;
  /** The snippet whose text it has. */
  snippet: string | null;
  /** The snippet that its metadata names, which alone proves nothing. */
  claims?: string | null;
  source: string;
  /** null: no Python, so it is never run. */
  names: ICellNames | null;
}

/** Installs packages, which a fresh runtime may lack. */
const INSTALLS =
  /^[ \t]*[%!][ \t]*(pip3?|conda|mamba|uv)[ \t]+(pip[ \t]+)?install\b/m;

/**
 * Snippets that do something of their own, which no training needs: not for a
 * word that they import too is a machine released or a branch pushed.
 */
export const OF_THEIR_OWN: ReadonlySet<string> = new Set([
  'environment-report',
  'github-save',
  'gpu-benchmark',
  'keep-alive',
  'open-in-colab',
  'release-runtime',
  'run-script',
  'save-csv',
  'torchrun',
  'training-throughput',
  'tunnel-vscode'
]);

/**
 * Which cells resume a run: the training cell, and what it needs of the cells
 * above it. Nothing below it, nothing that only looks at results, and no other
 * training.
 *
 * A cell above is needed when it binds a name that is needed,
 * or changes the object of such a name (`net.to(device)`), or has the text of a
 * snippet, or installs packages. What a needed cell reads is needed too; for a
 * cell from a snippet that includes the objects that it is given by name.
 *
 * @returns ids in the notebook's order; empty where there is no training cell
 * below the cell that makes the run.
 */
export function resumePlan(
  cells: readonly IPlannedCell[],
  run: string
): string[] {
  const begin = cells.findIndex(({ names }) => names?.runs.includes(run));
  const training = begin < 0 ? -1 : findTraining(cells, begin);
  if (training < 0) {
    return [];
  }
  const made = boundRuns(cells);
  const needed = new Set(cells[training].names!.reads);
  const ids = [cells[training].id];
  for (let i = training - 1; i >= 0; i--) {
    const { id, claims, names, snippet, source } = cells[i];
    if (!names || isApart(cells[i], made)) {
      continue;
    }
    const isNeeded =
      (i === begin && Boolean(claims)) ||
      [...names.binds, ...names.touches].some(name => needed.has(name));
    if (isNeeded || snippet !== null || INSTALLS.test(source)) {
      ids.unshift(id);
      names.reads.forEach(name => needed.add(name));
      if (snippet ?? claims) {
        names.strings.forEach(name => needed.add(name));
      }
    }
  }
  return ids;
}

/**
 * The cells above the last one of a plan that name a snippet, have another text
 * and are not in the plan: of an older version, changed by the user, or planted.
 */
export function changedCells(
  cells: readonly IPlannedCell[],
  ids: readonly string[]
): string[] {
  const end = cells.findIndex(({ id }) => id === ids[ids.length - 1]);
  return cells
    .slice(0, Math.max(end, 0))
    .filter(
      ({ id, claims, names, snippet }) =>
        claims &&
        claims !== snippet &&
        names !== null &&
        !OF_THEIR_OWN.has(claims) &&
        !ids.includes(id)
    )
    .map(({ id }) => id);
}

/** The runs that a notebook's cells make. */
export function runsOf(cells: readonly IPlannedCell[]): Set<string> {
  return new Set(cells.flatMap(({ names }) => names?.runs ?? []));
}

/** Names that cells which make a run give a value: that of the run is one. */
function boundRuns(cells: readonly IPlannedCell[]): Set<string> {
  return new Set(
    cells.flatMap(({ names }) =>
      names?.runs.length || names?.calls.includes('Run') ? names.binds : []
    )
  );
}

/** Not to be run for another training, whatever it binds. */
function isApart(
  { claims, names, snippet }: IPlannedCell,
  made: ReadonlySet<string>
): boolean {
  return (
    OF_THEIR_OWN.has(claims ?? snippet ?? '') ||
    names!.trains.some(name => made.has(name))
  );
}

/**
 * The first cell from the one that makes the run on which goes through its
 * epochs, batches or steps, itself or in a function. Others have such methods
 * too: what goes through the run by its name comes before what may do so.
 */
function findTraining(cells: readonly IPlannedCell[], made: number): number {
  const functions = new Set(
    cells.flatMap(({ names }) => names?.training_functions ?? [])
  );
  const own = cells[made].names!.binds;
  const find = (trains: (names: readonly string[]) => boolean): number =>
    cells.findIndex(
      ({ names }, index) =>
        index >= made &&
        names !== null &&
        (trains(names.trains) || names.calls.some(name => functions.has(name)))
    );
  const named = find(names => names.some(name => own.includes(name)));
  return named < 0 ? find(names => names.length > 0) : named;
}
