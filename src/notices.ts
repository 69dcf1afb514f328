import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { SnippetError } from './snippets';

/**
 * What this extension tells the user, each with the way out.
 *
 * Warnings stay until closed; what only informs goes by itself.
 */
export class Notices {
  constructor(trans: TranslationBundle) {
    this._trans = trans;
  }

  noNotebook(): void {
    Notification.warning(
      this._trans.__('No notebook is open. Open one, then insert the snippet.'),
      { autoClose: 6000 }
    );
  }

  loading(): void {
    Notification.info(
      this._trans.__('The notebook is still loading. Try again in a moment.'),
      { autoClose: 6000 }
    );
  }

  readOnly(name: string): void {
    Notification.warning(
      this._trans.__(
        '"%1" is read-only, so nothing was inserted. Save a copy and insert there.',
        name
      ),
      { autoClose: 10000 }
    );
  }

  otherLanguage(title: string, language: string): void {
    Notification.warning(
      this._trans.__(
        '"%1" is not for %2 notebooks. Switch to a kernel of its language to insert it.',
        title,
        language
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

  /** A request that cannot be carried out; the message names the way out. */
  failed(message: string): void {
    Notification.error(message, { autoClose: false });
  }

  brokenSnippets(errors: readonly SnippetError[]): void {
    const lines = errors.map(error =>
      this._trans.__(
        'Snippet "%1", %2, line %3: %4',
        error.snippetId,
        error.field,
        error.line,
        error.reason
      )
    );
    Notification.warning(
      this._trans.__(
        'Left out until mended in the settings (Runtime Kit, User snippets):'
      ) +
        '\n' +
        lines.join('\n'),
      { autoClose: false }
    );
  }

  private _trans: TranslationBundle;
}
