import { Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { notebookLanguage, selectedCells } from '../../notebook';
import { translateMessage, translateError } from '../../ui/translateMessage';
import type { Message } from '../../snippets/format/message';
import type { ISnippetCatalog } from '../catalogToken';
import type { IKitSettings } from '../../tokens';
import { saveSettings } from '../../ui/saveSettings';
import { askClash, askHead, askText, confirmDelete } from './dialogs';
import { chooseFiles, downloadText, ITextFile } from './files';
import { freeId } from './ids';
import type { ICandidate } from './importers';
import { importFile } from './importers';
import { SnippetStore, withId } from './store';
import { newSnippet } from './template';

/**
 * What users do with snippets of their own. Each says what it did or why not.
 */
export class Authoring {
  constructor(
    settings: IKitSettings,
    private _catalog: ISnippetCatalog,
    private _trans: TranslationBundle
  ) {
    this._store = new SnippetStore(settings, _catalog);
  }

  /** Keep the selected cells as a snippet. @returns its id. */
  async saveCells(panel: NotebookPanel): Promise<string | null> {
    const cells = selectedCells(panel.content);
    const language = notebookLanguage(panel) ?? 'python';
    const taken = await this._store.taken();
    const made = await askHead(cells, [language], taken, this._trans);
    return made && this._put(made);
  }

  /** Edit a snippet; one that is not the user's own is kept as their version. */
  async edit(id: string): Promise<string | null> {
    const text = await this._store.textOf(id);
    if (text === undefined) {
      return this._missing(id);
    }
    const edited = await askText(
      { id, text },
      await this._store.taken(),
      this._trans
    );
    return edited && this._put(edited, this._store.isOwn(id) ? id : undefined);
  }

  /** Write a new snippet from an example. */
  async create(): Promise<string | null> {
    const taken = await this._store.taken();
    const made = await askText(
      newSnippet(freeId('my-snippet', taken)),
      taken,
      this._trans
    );
    return made && this._put(made);
  }

  async duplicate(id: string): Promise<string | null> {
    if ((await this._store.textOf(id)) === undefined) {
      return this._missing(id);
    }
    return saveSettings(() => this._store.duplicate(id), this._trans);
  }

  /** @param hidden - Default: the other way round. */
  async hide(id: string, hidden = !this._store.isHidden(id)): Promise<void> {
    await saveSettings(() => this._store.hide(id, hidden), this._trans);
  }

  async remove(id: string): Promise<boolean> {
    if (!this._store.isOwn(id)) {
      this._missing(id);
      return false;
    }
    const title = this._catalog.library?.get(id)?.title ?? id;
    if (!(await confirmDelete(title, this._trans))) {
      return false;
    }
    const removed = await saveSettings(async () => {
      await this._store.remove(id);
      return true;
    }, this._trans);
    return removed ?? false;
  }

  /** Give a snippet to the user as a file. */
  async exportFile(id: string): Promise<string | null> {
    const text = await this._store.textOf(id);
    if (text === undefined) {
      return this._missing(id);
    }
    downloadText(`${id}.py`, text);
    return text;
  }

  /**
   * Keep the snippets of files. Where an id is there already the user is asked.
   *
   * @param files - Default: the user chooses.
   * @returns the ids under which they are kept.
   */
  async importFiles(files?: readonly ITextFile[]): Promise<string[]> {
    const kept: string[] = [];
    const problems: Message[] = [];
    for (const { name, text } of files ?? (await chooseFiles('.py,.json'))) {
      const imported = importFile(name, text);
      problems.push(...imported.problems);
      for (const candidate of imported.snippets) {
        const id = await this._import(candidate);
        kept.push(...(id ? [id] : []));
      }
    }
    if (kept.length > 0) {
      Notification.success(
        this._trans._n(
          'Imported %1 snippet: %2',
          'Imported %1 snippets: %2',
          kept.length,
          kept.join(', ')
        ),
        { autoClose: 6000 }
      );
    }
    for (const problem of problems) {
      const said = translateMessage(problem, this._trans);
      Notification.warning(this._trans.__("Can't import. %1", said), {
        autoClose: false
      });
    }
    return kept;
  }

  private async _import(candidate: ICandidate): Promise<string | null> {
    const taken = await this._store.taken();
    let { id } = candidate;
    // The very same one, once more, is no clash.
    if (taken.has(id) && (await this._store.textOf(id)) !== candidate.text) {
      const copy = freeId(id, taken);
      const choice = await askClash(id, copy, this._trans);
      if (choice === 'skip') {
        return null;
      }
      id = choice === 'replace' ? id : copy;
    }
    return this._put({ id, text: withId(candidate.text, id) });
  }

  private _put(snippet: ICandidate, formerId?: string): Promise<string | null> {
    return keepSnippet(this._store, snippet, formerId, this._trans);
  }

  private _missing(id: string): null {
    Notification.warning(
      this._trans.__('You have no snippet with id "%1".', id),
      { autoClose: 6000 }
    );
    return null;
  }

  private _store: SnippetStore;
}

/**
 * Keep a snippet. Where the server cannot be reached its text is not lost: it can
 * be kept later, or as a file.
 *
 * @param formerId - The id it had.
 * @returns its id, or null where it is not kept yet.
 */
export async function keepSnippet(
  store: SnippetStore,
  snippet: ICandidate,
  formerId: string | undefined,
  trans: TranslationBundle
): Promise<string | null> {
  const { id, text } = snippet;
  try {
    await store.put(id, text, formerId);
    return id;
  } catch (error) {
    const said = translateError(error, trans);
    Notification.error(trans.__('Can\'t save snippet "%1". %2', id, said), {
      autoClose: false,
      actions: [
        {
          label: trans.__('Try Again'),
          callback: () => void keepSnippet(store, snippet, formerId, trans)
        },
        {
          label: trans.__('Download'),
          callback: event => {
            event.preventDefault(); // it is not in the settings for that
            downloadText(`${id}.py`, text);
          }
        }
      ]
    });
    return null;
  }
}
