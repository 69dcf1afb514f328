import type { TranslationBundle } from '@jupyterlab/translation';
import { MenuSvg } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { ISignal, Signal } from '@lumino/signaling';

import { requirementsText } from '../../requirements/requirementsText';
import type { ISnippet } from '../../snippets';
import { CommandIDs, IKitSettings, IRequirements } from '../../tokens';

/** What can be done with each snippet, and with one of the user's own. */
const FOR_ANY = [CommandIDs.duplicateSnippet, CommandIDs.hideSnippet];
const FOR_OWN = [
  CommandIDs.editSnippet,
  CommandIDs.duplicateSnippet,
  CommandIDs.hideSnippet,
  CommandIDs.exportSnippet,
  CommandIDs.deleteSnippet
];
const FOR_LIST = [
  CommandIDs.newSnippet,
  CommandIDs.saveCellsAsSnippet,
  CommandIDs.importSnippets
];

interface IOptions {
  commands: CommandRegistry;
  /** null where nobody knows what snippets lack. */
  missing: IRequirements | null;
  settings: IKitSettings;
  trans: TranslationBundle;
}

/**
 * What the panel's list does with snippets: all of it commands that are there
 * without the panel as well.
 */
export class SnippetActions {
  constructor(private _options: IOptions) {}

  /** Emitted when more is known of what snippets lack. */
  get changed(): ISignal<unknown, void> {
    return this._options.missing?.changed ?? this._never;
  }

  /** Whether a form asks for values first. */
  asks(snippet: ISnippet): boolean {
    return snippet.parameters.length > 0;
  }

  isOwn({ id }: ISnippet): boolean {
    return Object.hasOwn(this._options.settings.values.userSnippets, id);
  }

  isHidden({ id }: ISnippet): boolean {
    return this._options.settings.values.hiddenSnippets.includes(id);
  }

  /** What the kernel of the current notebook lacks, for people. */
  needs({ id }: ISnippet): string {
    const { missing, trans } = this._options;
    return requirementsText(missing?.missing(id) ?? [], trans);
  }

  /** Insert it; where it has parameters, after a form. */
  insert(snippet: ISnippet): void {
    const { insertSnippet, insertSnippetWithForm } = CommandIDs;
    this._run(this.asks(snippet) ? insertSnippetWithForm : insertSnippet, {
      id: snippet.id
    });
  }

  /** Insert it with the values that are known, without a form. */
  insertAtOnce({ id }: ISnippet): void {
    this._run(CommandIDs.insertSnippet, { id });
  }

  /** What can be done with the list as a whole. */
  get tools(): { label: string; caption: string; run: () => void }[] {
    const { commands } = this._options;
    return FOR_LIST.filter(id => commands.hasCommand(id)).map(id => ({
      label: commands.label(id),
      caption: commands.caption(id),
      run: () => this._run(id, {})
    }));
  }

  /**
   * Open the menu of what else can be done with a snippet.
   *
   * @param opener - The menu opens below it and gives the focus back to it.
   */
  openMenu(snippet: ISnippet, opener: HTMLElement): void {
    const { commands } = this._options;
    const menu = (this._menu ??= this._makeMenu());
    menu.clearItems();
    for (const command of this.isOwn(snippet) ? FOR_OWN : FOR_ANY) {
      if (commands.hasCommand(command)) {
        menu.addItem({ command, args: { id: snippet.id } });
      }
    }
    this._opener = opener;
    opener.setAttribute('aria-expanded', 'true');
    const { left, bottom } = opener.getBoundingClientRect();
    menu.open(left, bottom);
    menu.activateNextItem();
  }

  private _makeMenu(): MenuSvg {
    const menu = new MenuSvg({ commands: this._options.commands });
    menu.addClass('jp-RuntimeKit-snippetMenu');
    // Before the chosen command is executed: its dialog gives the focus back
    // to where it found it.
    menu.aboutToClose.connect(() => {
      this._opener?.setAttribute('aria-expanded', 'false');
      this._opener?.focus();
      this._opener = null;
    });
    return menu;
  }

  private _run(command: string, args: { id?: string }): void {
    this._options.commands.execute(command, args).catch(console.warn);
  }

  private _menu: MenuSvg | null = null;
  private _never = new Signal<this, void>(this);
  private _opener: HTMLElement | null = null;
}
