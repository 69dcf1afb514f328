/*
 * Room library: All snippets, in the user's language; sources/ and authoring/ are lazy.
 * May import tokens.ts, notebook, snippets, ui.
 */

import { ISignal, Signal } from '@lumino/signaling';

import type { SnippetLibrary } from './snippetLibrary';
import type { SnippetError } from '../snippets';
import type { ISnippetCatalog } from './catalogToken';
import type { IKitSettings } from '../tokens';

/**
 * Loads the snippet library on first need and keeps the user's own snippets
 * in it up to date with the settings.
 */
export class SnippetCatalog implements ISnippetCatalog {
  /**
   * @param _settings - Where the user's snippets stand.
   * @param _loadLibrary - Fetches the lazy chunk with parser and built-ins.
   * @param _report - Told of each broken user snippet once.
   */
  constructor(
    private _settings: IKitSettings,
    private _loadLibrary: () => Promise<SnippetLibrary>,
    private _report: (errors: SnippetError[]) => void
  ) {
    _settings.changed.connect(this._onSettingsChanged, this);
  }

  get library(): SnippetLibrary | null {
    return this._library;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  load(): Promise<SnippetLibrary> {
    this._loading ??= this._load().catch(reason => {
      // A chunk that did not arrive (server away) is asked for again next time.
      this._loading = null;
      throw reason;
    });
    return this._loading;
  }

  private async _load(): Promise<SnippetLibrary> {
    const [library] = await Promise.all([
      this._loadLibrary(),
      this._settings.ready
    ]);
    this._library = library;
    this._applyUserSnippets();
    library.changed.connect(() => this._changed.emit());
    this._changed.emit();
    return library;
  }

  private _onSettingsChanged(): void {
    if (this._library) {
      this._applyUserSnippets();
    } else if (Object.keys(this._settings.values.userSnippets).length > 0) {
      // Whoever has snippets of their own hears of a broken one at once.
      void this.load().catch(console.error);
    }
  }

  private _applyUserSnippets(): void {
    const text = this._settings.values.userSnippets;
    const errors = this._library!.setUserSnippets({ ...text });
    const fresh = errors.filter(
      ({ snippetId }) => !this._reported.has(snippetId)
    );
    // Forgotten when it is mended, so that the next mistake is said again.
    this._reported = new Set(errors.map(({ snippetId }) => snippetId));
    if (fresh.length > 0) {
      this._report(fresh);
    }
  }

  private _changed = new Signal<this, void>(this);
  private _library: SnippetLibrary | null = null;
  private _loading: Promise<SnippetLibrary> | null = null;
  private _reported = new Set<string>();
}
