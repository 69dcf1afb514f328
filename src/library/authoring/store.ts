import type { SnippetLibrary } from '../snippetLibrary';
import { parseSnippet } from '../../snippets';
import { builtinText } from '../builtins';
import type { ISnippetCatalog } from '../catalogToken';
import type { IKitSettings } from '../../tokens';
import { freeId } from './ids';

/**
 * The user's own snippets, in the settings: keyed by id, never by place.
 */
export class SnippetStore {
  constructor(
    private _settings: IKitSettings,
    private _catalog: ISnippetCatalog
  ) {}

  /** Ids that a new snippet should not have. */
  async taken(): Promise<Set<string>> {
    const library = await this._load();
    return new Set([
      ...library.list().map(({ id }) => id),
      ...Object.keys(this._own)
    ]);
  }

  isOwn(id: string): boolean {
    return Object.prototype.hasOwnProperty.call(this._own, id);
  }

  /** The text of a snippet, whoever's it is. */
  async textOf(id: string): Promise<string | undefined> {
    const library = await this._load();
    return this.isOwn(id)
      ? this._own[id]
      : (library.textOf(id) ?? builtinText(id));
  }

  /**
   * Keep a snippet.
   *
   * @param formerId - The id it had; it is not kept under that any more.
   * @throws SnippetError where the text is not in the format.
   */
  async put(id: string, text: string, formerId?: string): Promise<void> {
    parseSnippet(text, { id, builtin: false });
    await this._settings.change('userSnippets', own => {
      const entries = Object.entries(own);
      const at = entries.findIndex(([key]) => key === (formerId ?? id));
      const next = entries.filter(([key]) => key !== id && key !== formerId);
      next.splice(at < 0 ? next.length : at, 0, [id, text]);
      return Object.fromEntries(next);
    });
  }

  /** Keep a copy under an id of its own. */
  async duplicate(id: string): Promise<string> {
    const text = await this.textOf(id);
    if (text === undefined) {
      throw new Error(`No snippet "${id}".`);
    }
    const taken = await this.taken();
    let copy = id;
    await this._settings.change('userSnippets', own => {
      copy = freeId(id, new Set([...taken, ...Object.keys(own)]));
      return { ...own, [copy]: withId(text, copy) };
    });
    return copy;
  }

  async remove(id: string): Promise<void> {
    await this._settings.change('userSnippets', own =>
      Object.fromEntries(Object.entries(own).filter(([key]) => key !== id))
    );
    await this.hide(id, false);
  }

  /** Leave a snippet out of the lists, or show it again. */
  async hide(id: string, hidden: boolean): Promise<void> {
    if (this.isHidden(id) !== hidden) {
      await this._settings.change('hiddenSnippets', ids => {
        const rest = ids.filter(other => other !== id);
        return hidden ? [...rest, id] : rest;
      });
    }
  }

  isHidden(id: string): boolean {
    return this._settings.values.hiddenSnippets.includes(id);
  }

  private get _own(): Readonly<Record<string, string>> {
    return this._settings.values.userSnippets;
  }

  private async _load(): Promise<SnippetLibrary> {
    return this._catalog.library ?? (await this._catalog.load());
  }
}

/** The text with another id in its front matter. */
export function withId(text: string, id: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line, i) => i > 0 && /^#\s*---\s*$/.test(line));
  const at = lines.findIndex((line, i) => i < end && /^#\s*id\s*:/.test(line));
  if (at >= 0) {
    lines[at] = `# id: ${id}`;
  }
  return lines.join('\n');
}
