import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { translateError, translateMessage } from '../ui/translateMessage';
import type { ISkippedLine, SnippetError } from '../snippets';
import type { Message } from '../snippets/format/message';
import type { Renames } from '../snippets/format/rename';
import type { InsertProblem } from './insertChecks';

/**
 * What this extension tells the user, each with the way out.
 *
 * Warnings stay until closed; what only informs goes by itself.
 */
export class Notices {
  constructor(private _trans: TranslationBundle) {}

  /** Why nothing was inserted or edited. */
  problem(problem: InsertProblem): void {
    const trans = this._trans;
    switch (problem.kind) {
      case 'no-notebook':
        return warnOnce(
          trans.__(
            'No notebook is open. Open a notebook, then insert the snippet.'
          ),
          6000
        );
      case 'loading':
        Notification.info(
          trans.__('The notebook is still loading. Try again in a moment.'),
          { autoClose: 6000 }
        );
        return;
      case 'read-only':
        return warnOnce(
          trans.__(
            'Can\'t insert: "%1" is read-only. Save a copy and insert there.',
            problem.name
          ),
          10000
        );
      case 'other-language':
        return warnOnce(
          trans.__(
            '"%1" doesn\'t run on %2 kernels. Switch to a %3 kernel to insert it.',
            problem.title,
            problem.language,
            problem.wanted
          ),
          10000
        );
      case 'no-kernel':
        return warnOnce(
          trans.__(
            '"%1" requires a %2 kernel. Select one to insert it.',
            problem.title,
            problem.wanted
          ),
          10000
        );
      case 'bad-request':
        // The error names the way out.
        Notification.error(translateError(problem.error, trans), {
          autoClose: false
        });
    }
  }

  /** The kernel was busy: the names in the cells are the snippet's own. */
  defaultNames(title: string, fillIn: () => void): void {
    Notification.info(
      this._trans.__(
        'The kernel is busy, so "%1" uses default names. Check them before you run it.',
        title
      ),
      {
        autoClose: 20000,
        actions: [
          { label: this._trans.__('Fill in when idle'), callback: fillIn }
        ]
      }
    );
  }

  /** The kernel has none of the objects that the cells name. */
  nothingToFillIn(title: string): void {
    Notification.info(
      this._trans.__(
        'The kernel has no model yet, so "%1" keeps its default names.',
        title
      ),
      { autoClose: 10000 }
    );
  }

  /** The user's own names stay theirs. */
  otherNames(renames: Renames): void {
    Notification.info(
      this._trans.__(
        'Your notebook already uses %1. The new cells use %2 instead.',
        [...renames.keys()].join(', '),
        [...renames.values()].join(', ')
      ),
      { autoClose: 10000 }
    );
  }

  /** The snippet is there already: say so and offer another one. */
  alreadyThere(title: string, insertAnother: () => void): void {
    Notification.info(
      this._trans.__('"%1" is already in this notebook.', title),
      {
        autoClose: 5000,
        actions: [
          { label: this._trans.__('Insert another'), callback: insertAnother }
        ]
      }
    );
  }

  /** No line of the cell can be edited in a form. */
  noParameters(skipped?: ISkippedLine): void {
    Notification.info(
      skipped
        ? this._trans.__(
            "This cell's parameters can't be edited in a form. Line %1: %2",
            skipped.line,
            translateMessage(skipped.reason, this._trans)
          )
        : this._trans.__('This cell has no parameters (no # @param lines).'),
      { autoClose: 6000 }
    );
  }

  /** The cell is not the one that the form was opened for. */
  cellChanged(): void {
    Notification.warning(
      this._trans.__(
        'The cell has changed, so your edits were not applied. Open the form again.'
      ),
      { autoClose: 10000 }
    );
  }

  /**
   * The user's own snippets that are left out. A notification holds 140
   * characters, so each gets its own and starts with what matters.
   */
  brokenSnippets(
    errors: readonly SnippetError[],
    openSettings: () => void
  ): void {
    for (const { snippetId, place, line, reason } of errors) {
      Notification.warning(
        this._trans.__(
          'Can\'t load snippet "%1": %2, line %3: %4',
          snippetId,
          translateMessage(place, this._trans),
          line,
          translateMessage(reason, this._trans)
        ),
        {
          autoClose: false,
          actions: [
            { label: this._trans.__('Open settings'), callback: openSettings }
          ]
        }
      );
    }
  }

  /** A team's source, or a snippet in it, is skipped. */
  sourceProblem(source: string, reason: Message): void {
    const said = translateMessage(reason, this._trans);
    Notification.warning(
      this._trans.__("Can't read snippet source %1: %2", source, said),
      { autoClose: false }
    );
  }
}

/** Warn; the same warning from before makes room for it. */
function warnOnce(message: string, autoClose: number): void {
  Notification.manager.notifications
    .filter(former => former.message === message)
    .forEach(({ id }) => Notification.dismiss(id));
  Notification.warning(message, { autoClose });
}
