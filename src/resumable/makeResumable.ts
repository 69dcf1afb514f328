/*
 * Room resumable: Make the training of a notebook resumable: proposal, diff, one undoable edit.
 * May import tokens.ts, insert, kernel, library, notebook, snippets, ui.
 */

import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { checkEditable } from '../insert/insertChecks';
import type { Notices } from '../insert/notices';
import {
  askProposal,
  type ILocated,
  type ProposalAnswer
} from '../kernel/queries/askProposal';
import { revealCell, rewriteCells } from '../notebook';
import { ProposalBody } from './ProposalBody';
import { noteText, obstacleText } from './proposalText';
import { ProposedChanges } from './proposedChanges';

/** Milliseconds that a click waits for the kernel at most. */
const TIMEOUT = 10000;

/** What the user chose: `insert` is for the caller to do. */
export type Choice = 'applied' | 'insert' | 'cancel';

/**
 * Propose the edits that make a notebook's training resumable, show them as a
 * diff, and make those that the user accepts.
 *
 * @param isAsked - False where the button was clicked, which inserts a cell
 * without a question in a notebook that has no training loop.
 */
export async function makeResumable(
  panel: NotebookPanel,
  { isAsked, notices, trans }: makeResumable.IOptions
): Promise<Choice> {
  if (!isEditable(panel, notices)) {
    return 'cancel';
  }
  const { sources, numbers } = codeCells(panel);
  const answer = await ask(panel, sources);
  if (answer.kind !== 'proposal') {
    return explain(whyNoAnswer(answer.kind, trans), trans);
  }
  const { proposal } = answer;
  const lines = proposal.why_not.map(why =>
    located(why, obstacleText(why, trans), numbers, trans)
  );
  if (!proposal.resumable) {
    const [only] = proposal.why_not;
    const isNothing = only?.code === 'no-loop' || only?.code === 'already';
    if (isNothing && !isAsked) {
      return 'insert';
    }
    return explain(lines, trans);
  }
  const changes = new ProposedChanges(proposal, sources);
  const notes = proposal.notes.map(note =>
    located(note, noteText(note, trans), numbers, trans)
  );
  const choice = await show(
    new ProposalBody({ changes, numbers, notes, unchanged: lines, trans }),
    trans.__('Apply'),
    trans
  );
  if (choice !== 'applied' || changes.isEmpty) {
    return choice === 'applied' ? 'cancel' : choice;
  }
  if (panel.isDisposed || !isEditable(panel, notices)) {
    return 'cancel';
  }
  return apply(panel, changes, trans);
}

export namespace makeResumable {
  /** Options of `makeResumable`. */
  export interface IOptions {
    isAsked: boolean;
    notices: Notices;
    trans: TranslationBundle;
  }
}

function isEditable(panel: NotebookPanel, notices: Notices): boolean {
  const problem = checkEditable(panel);
  if (problem) {
    notices.problem(problem);
  }
  return problem === null;
}

function codeCells(panel: NotebookPanel) {
  const sources = new Map<string, string>();
  const numbers = new Map<string, number>();
  panel.content.widgets.forEach(({ model }, index) => {
    if (model.type === 'code') {
      sources.set(model.id, model.sharedModel.getSource());
      numbers.set(model.id, index + 1);
    }
  });
  return { sources, numbers };
}

async function ask(
  panel: NotebookPanel,
  sources: ReadonlyMap<string, string>
): Promise<ProposalAnswer> {
  const kernel = panel.sessionContext.session?.kernel;
  if (!kernel) {
    return { kind: 'none' };
  }
  const name = panel.context.path.replace(/^.*\//, '').replace(/\.\w+$/, '');
  return askProposal(kernel, [...sources], name, TIMEOUT);
}

function apply(
  panel: NotebookPanel,
  changes: ProposedChanges,
  trans: TranslationBundle
): Choice {
  const cells = new Map(
    changes.cells.map(id => [
      id,
      {
        source: changes.sources.get(id) ?? '',
        replacements: changes.replacements(id)
      }
    ])
  );
  if (!rewriteCells(panel, { cells, inserted: changes.inserted() })) {
    Notification.warning(
      trans.__(
        'The notebook changed in the meantime, so nothing was applied. Try again.'
      )
    );
    return 'cancel';
  }
  const [first] = changes.cells;
  const cell = panel.content.widgets.find(({ model }) => model.id === first);
  if (cell) {
    void revealCell(panel.content, cell);
  }
  return 'applied';
}

function whyNoAnswer(
  kind: Exclude<ProposalAnswer['kind'], 'proposal'>,
  trans: TranslationBundle
): string[] {
  switch (kind) {
    case 'busy':
      return [
        trans.__(
          "A cell is running. This kernel can't read the notebook's code until it finishes."
        )
      ];
    case 'none':
      return [
        trans.__(
          "No kernel is running. Start one to have the notebook's training made resumable."
        )
      ];
    default:
      return [trans.__("The kernel couldn't read the notebook's code.")];
  }
}

function located(
  { cell, line }: ILocated,
  text: string,
  numbers: ReadonlyMap<string, number>,
  trans: TranslationBundle
): string {
  const number = cell === null ? undefined : numbers.get(cell);
  return number === undefined || line === null
    ? text
    : trans.__('Cell %1, line %2: %3', number, line, text);
}

async function explain(
  lines: readonly string[],
  trans: TranslationBundle
): Promise<Choice> {
  return show(lines.join('\n\n'), null, trans);
}

async function show(
  body: ProposalBody | string,
  accept: string | null,
  trans: TranslationBundle
): Promise<Choice> {
  const buttons = [
    Dialog.cancelButton({ label: trans.__('Cancel') }),
    Dialog.createButton({
      label: trans.__('Insert only'),
      caption: trans.__(
        'Insert the cell of Checkpoint & resume, and leave the loop as it is'
      ),
      accept: accept === null,
      actions: ['insert']
    })
  ];
  if (accept !== null) {
    buttons.push(Dialog.okButton({ label: accept, actions: ['apply'] }));
  }
  const { button } = await showDialog<unknown>({
    title:
      accept === null
        ? trans.__("Can't make this training resumable")
        : trans.__('Make training resumable'),
    body,
    buttons,
    defaultButton: buttons.length - 1
  });
  return button.actions.includes('apply')
    ? 'applied'
    : button.actions.includes('insert')
      ? 'insert'
      : 'cancel';
}
