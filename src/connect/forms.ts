import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import type { IQuestion, IRemoteKind } from '../kernel/queries/remotes';

let count = 0;

/** A line of the form: a label, its field, and what is to be known about it. */
function addField(
  node: HTMLElement,
  label: string,
  field: HTMLInputElement | HTMLSelectElement,
  help = ''
): void {
  const id = `jp-RuntimeKit-remote-${++count}`;
  const labelNode = document.createElement('label');
  labelNode.textContent = label;
  labelNode.htmlFor = field.id = id;
  node.appendChild(labelNode);
  if (help) {
    const note = document.createElement('p');
    note.className = 'jp-RuntimeKit-remote-help';
    note.textContent = help;
    note.id = `${id}-help`;
    field.setAttribute('aria-describedby', note.id);
    node.appendChild(note);
  }
  field.classList.add('jp-mod-styled');
  node.appendChild(field);
}

function addError(node: HTMLElement, error: string): void {
  if (error) {
    const line = document.createElement('p');
    line.className = 'jp-RuntimeKit-remote-error';
    line.setAttribute('role', 'alert');
    line.textContent = error;
    node.prepend(line);
  }
}

export function select(
  options: [string, string][],
  value: string
): HTMLSelectElement {
  const field = document.createElement('select');
  for (const [key, text] of options) {
    field.add(new Option(text, key, key === value, key === value));
  }
  return field;
}

/** Those that most people have; rclone knows some fifty, from A to Z. */
const COMMON = ['drive', 'onedrive', 'dropbox', 'box', 's3', 'webdav', 'sftp'];

function kindField(
  kinds: readonly IRemoteKind[],
  value: string,
  trans: TranslationBundle
): HTMLSelectElement {
  const field = document.createElement('select');
  const common = COMMON.flatMap(
    type => kinds.find(kind => kind.type === type) ?? []
  );
  const others = kinds.filter(kind => !common.includes(kind));
  const groups: [string, IRemoteKind[]][] = [
    [trans.__('Common'), common],
    [trans.__('Other'), others]
  ];
  for (const [label, members] of groups) {
    const group = document.createElement('optgroup');
    group.label = label;
    for (const { type, title } of members) {
      const chosen = type === value;
      group.append(new Option(`${type}: ${title}`, type, chosen, chosen));
    }
    field.append(group);
  }
  return field;
}

/** What a remote shall be called, and what it is. */
export class KindForm extends Widget {
  constructor(
    kinds: readonly IRemoteKind[],
    initial: { name: string; type: string },
    error: string,
    trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-RuntimeKit-remote');
    this._name.value = initial.name;
    this._name.required = true;
    this._kind = kindField(kinds, initial.type, trans);
    addField(this.node, trans.__('Remote name'), this._name);
    addField(this.node, trans.__('Storage type'), this._kind);
    addError(this.node, error);
  }

  getValue(): { name: string; type: string } {
    return { name: this._name.value.trim(), type: this._kind.value };
  }

  private _name = document.createElement('input');
  private _kind: HTMLSelectElement;
}

/** One question of rclone's, in its own words. */
export class QuestionForm extends Widget {
  constructor(question: IQuestion, note: string, error: string) {
    super();
    this.addClass('jp-RuntimeKit-remote');
    this._field = fieldFor(question, this.node);
    const help = [note, question.help].filter(text => text !== '');
    addField(this.node, question.name, this._field, help.join('\n\n'));
    addError(this.node, error);
  }

  getValue(): string {
    return this._field.value.trim();
  }

  private _field: HTMLInputElement | HTMLSelectElement;
}

function fieldFor(
  question: IQuestion,
  node: HTMLElement
): HTMLInputElement | HTMLSelectElement {
  const options = question.examples.map(({ value, help }): [string, string] => [
    value,
    help && help !== value ? `${value}: ${help.split('\n')[0]}` : value
  ]);
  if (question.exclusive) {
    return select(options, question.default);
  }
  const field = document.createElement('input');
  field.value = question.default;
  field.required = question.required;
  field.spellcheck = false;
  field.type = question.hidden ? 'password' : 'text';
  // No browser is to keep it, either.
  field.autocomplete = question.hidden ? 'new-password' : 'off';
  if (options.length > 0) {
    const list = document.createElement('datalist');
    list.id = `jp-RuntimeKit-remote-list-${++count}`;
    for (const [value, text] of options) {
      list.appendChild(new Option(text, value));
    }
    node.appendChild(list);
    field.setAttribute('list', list.id);
  }
  return field;
}

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
