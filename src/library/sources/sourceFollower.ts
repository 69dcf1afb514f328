import type { Contents } from '@jupyterlab/services';

import type { ISourceProblem } from './collect';
import type { ISnippetCatalog } from '../catalogToken';
import type { IKitSettings } from '../../tokens';

interface IOptions {
  catalog: ISnippetCatalog;
  settings: IKitSettings;
  contents: Pick<Contents.IManager, 'get'>;
  report: (problem: ISourceProblem) => void;
}

/**
 * Keeps the snippets of the sources in the settings up to date in the library:
 * when the library is loaded, when the list changes, and on demand.
 */
export class SourceFollower {
  constructor(private _options: IOptions) {
    _options.catalog.changed.connect(this._follow, this);
    _options.settings.changed.connect(this._follow, this);
  }

  /** Read all sources again, and say again what is wrong with them. */
  async refresh(): Promise<void> {
    await this._options.catalog.load();
    this._reported.clear();
    this._read = null;
    this._follow();
    await this._reading;
  }

  private _follow(): void {
    const { catalog, settings } = this._options;
    const sources = settings.values.snippetSources;
    const key = JSON.stringify(sources);
    if (!catalog.library || key === this._read) {
      return;
    }
    const isFirst = this._read === null;
    this._read = key;
    if (isFirst && sources.length === 0 && !this._hadSources) {
      return;
    }
    this._hadSources = true;
    this._reading = this._collect(sources, key).catch(console.error);
  }

  private async _collect(
    sources: readonly string[],
    key: string
  ): Promise<void> {
    const { catalog, contents } = this._options;
    const { collectSources } = await import('./collect');
    const { snippets, problems } = await collectSources(sources, contents);
    // The list may have changed while it was read.
    if (this._read !== key || !catalog.library) {
      return;
    }
    const errors = catalog.library.setSourceSnippets(snippets);
    const broken = errors.map(({ snippetId, sentence }) => ({
      source: snippets.find(({ id }) => id === snippetId)!.source,
      reason: sentence
    }));
    this._tell([...problems, ...broken]);
  }

  /** Each problem is said once. */
  private _tell(problems: readonly ISourceProblem[]): void {
    for (const problem of problems) {
      const key = JSON.stringify(problem);
      if (!this._reported.has(key)) {
        this._reported.add(key);
        this._options.report(problem);
      }
    }
  }

  private _hadSources = false;
  /** The list that was read last. */
  private _read: string | null = null;
  private _reading: Promise<void> = Promise.resolve();
  private _reported = new Set<string>();
}
