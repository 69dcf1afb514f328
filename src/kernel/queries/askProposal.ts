import entry from '../../../runtime_kit/frontend/propose_entry.py';
import trainingObjects from '../../../runtime_kit/frontend/training_objects.py';
import SOURCES from '../../../runtime_kit/resumable/proposal.files';
import publish from '../../../runtime_kit/telemetry/publish.py';

import {
  type Answer,
  evaluate,
  type IEvaluatingKernel,
  jsonOf
} from '../transport/evaluate';
import { injectedCall } from '../transport/injectedCall';
import {
  evaluateInSubshell,
  type ISubshellKernel
} from '../transport/subshell';

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
  /** Places in `runs` of those that it belongs to. */
  runs: number[];
}

/** A cell to insert. */
export interface IProposedCell {
  before: string;
  source: string;
  reason: IReason;
}

/** A reason with the line that it is about: why a training is not made resumable, or a note. */
export interface ILocated extends IReason {
  cell: string | null;
  line: number | null;
}

/** What `runtime_kit.resumable.proposal.propose` returns, as far as it is read. */
export interface IProposal {
  resumable: boolean;
  edits: IProposedEdit[];
  cells: IProposedCell[];
  why_not: ILocated[];
  notes: ILocated[];
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
export { SOURCES };

/** Milliseconds that a kernel gets to become idle. */
const BUSY_TIMEOUT = 3000;
/**
 * Have a kernel read the notebook's code and propose the edits that make its
 * training resumable. Nothing of the user's code runs. A kernel that runs a cell
 * is asked in a subshell, if it has these.
 *
 * @param cells - Id and source of each code cell, in order.
 * @param name - The notebook's name without its ending.
 * @param timeout - Milliseconds.
 */
export async function askProposal(
  kernel: IProposingKernel,
  cells: readonly (readonly [string, string])[],
  name: string,
  timeout: number
): Promise<ProposalAnswer> {
  const expression = (isBeside: boolean): string =>
    injectedCall([publish, trainingObjects, entry], 'propose_edits', [
      SOURCES,
      cells,
      name,
      isBeside
    ]);
  if (kernel.status === 'busy' && kernel.supportsSubshells) {
    return read(await evaluateInSubshell(kernel, expression(true), timeout));
  }
  const wait = kernel.status === 'idle' ? timeout : BUSY_TIMEOUT;
  return read(await evaluate(kernel, expression(false), wait));
}

/** The part of a kernel connection that is needed to ask. */
export type IProposingKernel = IEvaluatingKernel & ISubshellKernel;

function read(answer: Answer): ProposalAnswer {
  if (answer.kind === 'busy' || answer.kind === 'timeout') {
    return { kind: 'busy' };
  }
  if (answer.kind === 'gone' || answer.kind === 'restarted') {
    return { kind: 'none' };
  }
  if (answer.kind === 'error') {
    console.warn('Runtime kit: the code could not be read.', answer);
  }
  const proposal: IProposal | null = jsonOf(answer);
  return proposal ? { kind: 'proposal', proposal } : { kind: 'failed' };
}
