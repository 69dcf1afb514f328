import type { IProposal, IProposedEdit } from '../kernel/queries/askProposal';
import type { IReplacement } from '../snippets';

const INSTALL = '%pip install -q jupyterlab-runtime-kit';

/** One edit and whether the user wants it. */
export interface IChange {
  readonly edit: IProposedEdit;
  on: boolean;
}

/**
 * The edits of a proposal that are ticked, and what the notebook's cells become.
 */
export class ProposedChanges {
  /** @param sources - Source of each code cell that was read, by id. */
  constructor(proposal: IProposal, sources: ReadonlyMap<string, string>) {
    this.sources = sources;
    this.changes = proposal.edits.map(edit => ({ edit, on: edit.ticked }));
    this._proposal = proposal;
    this._followNeeds();
  }

  readonly changes: readonly IChange[];
  readonly sources: ReadonlyMap<string, string>;

  /** Ids of the cells that would change, in order. */
  get cells(): string[] {
    return [...new Set(this.changes.map(({ edit }) => edit.cell))];
  }

  /** Whether anything is ticked. */
  get isEmpty(): boolean {
    return !this.changes.some(({ edit, on }) => on && !edit.needed);
  }

  /** Tick an edit, or not; what it needs follows. */
  set(change: IChange, on: boolean): void {
    change.on = on;
    this._followNeeds();
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

  private _followNeeds(): void {
    const wanted = !this.isEmpty;
    for (const change of this.changes) {
      if (change.edit.needed) {
        change.on = wanted;
      }
    }
  }

  private _proposal: IProposal;
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
