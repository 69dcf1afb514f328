import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { addField, select } from './forms';

/** Answers by the name of rclone's question. */
export type Answers = Readonly<Record<string, string>>;

/** What the kernel may do in Google Drive, in plain words. */
export class DriveScopeForm extends Widget {
  constructor(trans: TranslationBundle) {
    super();
    this.addClass('jp-RuntimeKit-remote');
    this._scope = select(
      [
        ['drive', trans.__('Read and change all files')],
        ['drive.readonly', trans.__('Read all files')],
        ['drive.file', trans.__('Read and change only files it creates')]
      ],
      'drive'
    );
    const label = trans.__('What may this kernel do in your Drive?');
    addField(this.node, label, this._scope);
  }

  getValue(): Answers {
    return { scope: this._scope.value };
  }

  private _scope: HTMLSelectElement;
}

/** The user's own client of Google, if they have one. */
export class DriveClientForm extends Widget {
  constructor(trans: TranslationBundle) {
    super();
    this.addClass('jp-RuntimeKit-remote');
    this._secret.type = 'password';
    // No browser is to keep it.
    this._secret.autocomplete = 'new-password';
    addField(
      this.node,
      trans.__('Client ID'),
      this._id,
      trans.__(
        'Create your own client ID: the one shared by all rclone users is slow and will be retired in 2026. At console.cloud.google.com, create a project, enable the Google Drive API and publish the consent screen (in "Testing", access ends after a week). Then choose Credentials > OAuth client ID > Desktop app.'
      )
    );
    addField(
      this.node,
      trans.__('Client secret'),
      this._secret,
      trans.__('Leave both empty to use the shared client ID.')
    );
    const advanced = document.createElement('details');
    const summary = document.createElement('summary');
    summary.textContent = trans.__('Advanced');
    advanced.append(summary);
    addField(
      advanced,
      trans.__('Service account file'),
      this._account,
      trans.__(
        'A path on this machine. A service account has no storage of its own: use it for shared drives.'
      )
    );
    this.node.append(advanced);
  }

  getValue(): Answers {
    return {
      client_id: this._id.value.trim(),
      client_secret: this._secret.value.trim(),
      service_account_file: this._account.value.trim()
    };
  }

  private _account = document.createElement('input');
  private _id = document.createElement('input');
  private _secret = document.createElement('input');
}
