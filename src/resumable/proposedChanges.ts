import type { IProposal, IProposedEdit } from '../kernel/queries/askProposal';
import type { IReplacement } from '../snippets';

const INSTALL = '%pip install -q jupyterlab-runtime-kit';

/** Reasons of the edits that make a loop the run's. */
const LOOPS = new Set([
  'epochs',
  'steps',
  'batches',
  'batches-unsure',
  'cycle'
]);

/** One edit and whether the user wants it. */
export interface IChange {
  readonly edit: IProposedEdit;
  on: boolean;
  /** It follows the other edits of its run: without them it does nothing. */
  isBound: boolean;
}

/**
 * The edits of a proposal that are ticked, and what the notebook's cells become.
 */
export class ProposedChanges {
  /** @param sources - Source of each code cell that was read, by id. */
  constructor(proposal: IProposal, sources: ReadonlyMap<string, string>) {
    this.sources = sources;
    this._wanted = new Set(proposal.edits.filter(({ ticked }) => ticked));
    this.changes = proposal.edits.map(edit => ({
      edit,
      on: edit.ticked,
      isBound: edit.needed
    }));
    this._proposal = proposal;
    this._follow();
  }

  readonly changes: readonly IChange[];
  readonly sources: ReadonlyMap<string, string>;

  /** Ids of the cells that would change, in order. */
  get cells(): string[] {
    return [...new Set(this.changes.map(({ edit }) => edit.cell))];
  }

  /** Whether no loop is left that the edits make resumable. */
  get isEmpty(): boolean {
    return this._runs().size === 0;
  }

  /** Whether a run saves after each epoch only, because no loop over batches is ticked. */
  get isAfterEpochs(): boolean {
    const has = (wanted: readonly string[], on: boolean): boolean =>
      this.changes.some(
        change => wanted.includes(change.edit.reason.code) && change.on === on
      );
    const batches = ['batches', 'batches-unsure'];
    return has(['epochs'], true) && has(batches, false) && !has(batches, true);
  }

  /** Tick an edit, or not; what it needs follows. */
  set(change: IChange, on: boolean): void {
    if (on) {
      this._wanted.add(change.edit);
    } else {
      this._wanted.delete(change.edit);
    }
    this._follow();
  }

  /** What changes in a cell, from the last one on, in UTF-16 units. */
  replacements(cell: string): IReplacement[] {
    const source = this.sources.get(cell) ?? '';
    const units = unitOffsets(source);
    return this.changes
      .filter(({ edit, on }) => on && edit.cell === cell)
      .map(({ edit: { start, end, text } }) => ({
        start: units(start),
        end: units(end),
        text
      }))
      .reverse();
  }

  /** The source that a cell would have. */
  result(cell: string): string {
    return this.replacements(cell).reduce(
      (source, { start, end, text }) =>
        source.slice(0, start) + text + source.slice(end),
      this.sources.get(cell) ?? ''
    );
  }

  /** The cells to insert. Where the kernel lacks the package, the first installs it. */
  inserted(): { before: string; source: string }[] {
    const { cells, installed } = this._proposal;
    if (this.isEmpty) {
      return [];
    }
    const found = cells.map(({ before, source }) => ({ before, source }));
    if (installed) {
      return found;
    }
    const order = [...this.sources.keys()];
    const first = order.find(id => this.cells.includes(id));
    const place = (id: string | undefined): number =>
      id === undefined ? Infinity : order.indexOf(id);
    if (found.length > 0 && place(found[0].before) <= place(first)) {
      found[0].source = `${INSTALL}\n${found[0].source}`;
    } else if (first !== undefined) {
      found.unshift({ before: first, source: INSTALL });
    }
    return found;
  }

  /** The runs that have a loop. */
  private _runs(): Set<number> {
    const loops = this.changes.filter(
      ({ edit }) => isLoop(edit) && this._wanted.has(edit)
    );
    return new Set(loops.flatMap(({ edit }) => edit.runs));
  }

  private _follow(): void {
    const runs = this._runs();
    for (const change of this.changes) {
      const { edit } = change;
      const isUsed = edit.needed
        ? runs.size > 0
        : isLoop(edit) || edit.runs.some(run => runs.has(run));
      change.isBound = edit.needed || !isUsed;
      change.on = isUsed && (edit.needed || this._wanted.has(edit));
    }
  }

  private _wanted: Set<IProposedEdit>;
  private _proposal: IProposal;
}

/** Whether an edit makes a loop the run's, or a framework's call. */
function isLoop({ reason, needed }: IProposedEdit): boolean {
  return !needed && (LOOPS.has(reason.code) || reason.code === 'callback');
}

/** Where a character (code point) is in a JavaScript string. */
function unitOffsets(text: string): (index: number) => number {
  const offsets: number[] = [];
  let unit = 0;
  for (const character of text) {
    offsets.push(unit);
    unit += character.length;
  }
  offsets.push(unit);
  return index => offsets[Math.min(index, offsets.length - 1)];
}
