import type { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { RenderedBody } from '../ui/RenderedBody';
import { CellDiff } from '../ui/CellDiff';
import { reasonText } from './proposalText';
import type { IChange, ProposedChanges } from './proposedChanges';

/**
 * The proposed edits of a notebook as diffs, each with a checkbox and its reason.
 */
export class ProposalBody
  extends RenderedBody
  implements Dialog.IBodyWidget<ProposedChanges>
{
  constructor(options: ProposalBody.IOptions) {
    super();
    this.addClass('jp-RuntimeKit-proposal');
    this._options = options;
  }

  getValue(): ProposedChanges {
    return this._options.changes;
  }

  protected renderContent(): React.JSX.Element {
    return <Proposal {...this._options} />;
  }

  private _options: ProposalBody.IOptions;
}

export namespace ProposalBody {
  /** What is shown. */
  export interface IOptions {
    changes: ProposedChanges;
    /** Number of each cell in the notebook, from 1, by id. */
    numbers: ReadonlyMap<string, number>;
    /** What is worth knowing. */
    notes: readonly string[];
    /** Why some trainings are left as they are. */
    unchanged: readonly string[];
    trans: TranslationBundle;
  }
}

function Proposal({
  changes,
  numbers,
  notes,
  unchanged,
  trans
}: ProposalBody.IOptions) {
  const [, setTurn] = React.useState(0);
  const toggle = (change: IChange): void => {
    changes.set(change, !change.on);
    setTurn(turn => turn + 1);
  };
  const inserted = changes.inserted();
  const shown = new Set([
    ...changes.cells,
    ...inserted.map(({ before }) => before)
  ]);
  return (
    <>
      <p>
        {trans.__(
          'These edits make the training save itself and resume after a crash. Nothing is changed or run before you apply them.'
        )}
      </p>
      {notes.map(text => (
        <p key={text}>{text}</p>
      ))}
      {unchanged.length > 0 && (
        <>
          <p>{trans.__('Left as they are:')}</p>
          <ul>
            {unchanged.map(text => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </>
      )}
      <p role="status" className="jp-RuntimeKit-proposalEffect">
        {effectText(changes, trans)}
      </p>
      {[...numbers].map(([cell, number]) =>
        !shown.has(cell) ? null : (
          <React.Fragment key={cell}>
            {inserted
              .filter(({ before }) => before === cell)
              .map(({ source }, index) => (
                <Section
                  key={index}
                  title={trans.__('New cell before cell %1', number)}
                  before=""
                  after={source}
                />
              ))}
            {changes.cells.includes(cell) && (
              <Section
                title={trans.__('Cell %1', number)}
                before={changes.sources.get(cell) ?? ''}
                after={changes.result(cell)}
              >
                <ul>
                  {changes.changes.map((change, index) =>
                    change.edit.cell !== cell ? null : (
                      <li key={index}>
                        <label>
                          <input
                            type="checkbox"
                            checked={change.on}
                            disabled={change.isBound}
                            onChange={() => toggle(change)}
                          />
                          {trans.__(
                            'Line %1: %2',
                            change.edit.line,
                            reasonText(change.edit.reason, trans)
                          )}
                        </label>
                      </li>
                    )
                  )}
                </ul>
              </Section>
            )}
          </React.Fragment>
        )
      )}
    </>
  );
}

/** What the ticked edits do, where that is less than what was proposed. */
function effectText(
  changes: ProposedChanges,
  trans: TranslationBundle
): string {
  if (changes.isEmpty) {
    return trans.__(
      'Without an edit of a loop the others do nothing, so nothing is applied.'
    );
  }
  return changes.isAfterEpochs
    ? trans.__('As ticked, the training is saved after each epoch only.')
    : '';
}

function Section(props: {
  title: string;
  before: string;
  after: string;
  children?: React.ReactNode;
}) {
  return (
    <section aria-label={props.title}>
      <h3>{props.title}</h3>
      <CellDiff before={props.before} after={props.after} label={props.title} />
      {props.children}
    </section>
  );
}
