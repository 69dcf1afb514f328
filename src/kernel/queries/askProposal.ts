import entry from '../../../runtime_kit/frontend/propose_entry.py';
import trainingObjects from '../../../runtime_kit/frontend/training_objects.py';
import elsewhere from '../../../runtime_kit/resumable/elsewhere.py';
import expressions from '../../../runtime_kit/resumable/expressions.py';
import frameworks from '../../../runtime_kit/resumable/frameworks.py';
import hazards from '../../../runtime_kit/resumable/hazards.py';
import heads from '../../../runtime_kit/resumable/heads.py';
import names from '../../../runtime_kit/resumable/names.py';
import nest from '../../../runtime_kit/resumable/nest.py';
import objects from '../../../runtime_kit/resumable/objects.py';
import planner from '../../../runtime_kit/resumable/planner.py';
import program from '../../../runtime_kit/resumable/program.py';
import proposal from '../../../runtime_kit/resumable/proposal.py';
import source from '../../../runtime_kit/resumable/source.py';

import { readPythonLiteral } from '../../snippets/format/readliteral';
import { evaluate, IEvaluatingKernel } from '../transport/evaluate';
import { injectedCall } from '../transport/injectedCall';

/** A code with its values; the texts are `src/resumable/proposalText.ts`. */
export interface IReason {
  code: string;
  values: Readonly<Record<string, string>>;
}

/** Characters (code points) of a cell to replace. */
export interface IProposedEdit {
  cell: string;
  start: number;
  end: number;
  text: string;
  /** The line of the cell that it is about, from 1. */
  line: number;
  reason: IReason;
  confidence: 'high' | 'medium' | 'low';
  ticked: boolean;
  /** The other edits do not work without it. */
  needed: boolean;
}

/** A cell to insert. */
export interface IProposedCell {
  before: string;
  source: string;
  reason: IReason;
}

/** Why a training is not made resumable. */
export interface IObstacle extends IReason {
  cell: string | null;
  line: number | null;
}

/** What `runtime_kit.resumable.proposal.propose` returns, as far as it is read. */
export interface IProposal {
  resumable: boolean;
  edits: IProposedEdit[];
  cells: IProposedCell[];
  why_not: IObstacle[];
  notes: IReason[];
  /** Whether the kernel can import `runtime_kit`. */
  installed: boolean;
}

/** An answer, or why there is none. */
export type ProposalAnswer =
  | { kind: 'proposal'; proposal: IProposal }
  | { kind: 'busy' | 'none' | 'failed' };

/**
 * The files of the analysis by module name, in an order in which each needs only
 * those in front of it.
 */
export const SOURCES: Readonly<Record<string, string>> = {
  source,
  program,
  nest,
  expressions,
  names,
  objects,
  heads,
  hazards,
  frameworks,
  elsewhere,
  planner,
  proposal
};

/** Milliseconds that a kernel gets to become idle. */
const BUSY_TIMEOUT = 3000;

/**
 * Have a kernel read the notebook's code and propose the edits that make its
 * training resumable. Nothing of the user's code runs.
 *
 * @param cells - Id and source of each code cell, in order.
 * @param name - The notebook's name without its ending.
 * @param timeout - Milliseconds. A kernel that runs a cell is not asked, also not
 * beside it: servers would take it for idle from then on, and may cull it.
 */
export async function askProposal(
  kernel: IEvaluatingKernel,
  cells: readonly (readonly [string, string])[],
  name: string,
  timeout: number
): Promise<ProposalAnswer> {
  const expression = injectedCall([trainingObjects, entry], 'propose_edits', [
    SOURCES,
    cells,
    name
  ]);
  const wait = kernel.status === 'idle' ? timeout : BUSY_TIMEOUT;
  const answer = await evaluate(kernel, expression, wait);
  if (answer.kind === 'busy' || answer.kind === 'timeout') {
    return { kind: 'busy' };
  }
  if (answer.kind === 'gone' || answer.kind === 'restarted') {
    return { kind: 'none' };
  }
  try {
    if (answer.kind === 'value') {
      const text = readPythonLiteral(answer.text) as string;
      return { kind: 'proposal', proposal: JSON.parse(text) as IProposal };
    }
    console.warn('Runtime kit: the code could not be read.', answer);
  } catch (reason) {
    console.warn('Runtime kit: the kernel gave no readable proposal.', reason);
  }
  return { kind: 'failed' };
}
