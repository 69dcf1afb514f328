/*
 * Room requirements: What snippets need and a kernel lacks.
 * May import tokens.ts, kernel, library, notebook, snippets, ui.
 */

import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import { ISignal, Signal } from '@lumino/signaling';

import { isPython } from '../notebook/language';
import type { ISnippet } from '../snippets';
import type { ISnippetCatalog } from '../library/catalogToken';
import type { IRequirements } from '../tokens';

/** What is known of one kernel since its last start. */
interface IKnown {
  readonly asked: Set<string>;
  readonly met: Set<string>;
  asking: Promise<void> | null;
}

/**
 * Knows what snippets need and a kernel does not have.
 *
 * A kernel is asked once after each start, when somebody looks at the list of
 * snippets while it is idle. What is not known is not called missing.
 */
export class Requirements implements IRequirements {
  constructor(
    private _tracker: INotebookTracker,
    private _catalog: ISnippetCatalog
  ) {
    _tracker.currentChanged.connect(() => this._changed.emit());
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  missing(id: string): readonly string[] {
    const kernel = kernelOf(this._tracker.currentWidget);
    const known = kernel && this._known.get(kernel);
    const snippet = this._catalog.library?.get(id);
    return known && snippet ? unmet(snippet, known) : [];
  }

  async ask(): Promise<void> {
    const panel = this._tracker.currentWidget;
    const kernel = kernelOf(panel);
    if (!panel || !kernel || kernel.status !== 'idle' || !isPython(panel)) {
      return;
    }
    const library = await this._catalog.load();
    const known = this._of(kernel);
    const fresh = new Set(
      library
        .list()
        .flatMap(({ requires }) => requires)
        .filter(requirement => !known.asked.has(requirement))
    );
    if (fresh.size > 0) {
      known.asking ??= this._ask(kernel, known, [...fresh]);
    }
    await known.asking;
  }

  private async _ask(
    kernel: Kernel.IKernelConnection,
    known: IKnown,
    fresh: readonly string[]
  ): Promise<void> {
    try {
      const { askRequirements } =
        await import('../kernel/queries/askRequirements');
      const met = await askRequirements(kernel, fresh);
      // A restart meanwhile has put another record in its place.
      if (met && this._known.get(kernel) === known) {
        fresh.forEach(requirement => known.asked.add(requirement));
        met.forEach(requirement => known.met.add(requirement));
        this._changed.emit();
      }
    } finally {
      known.asking = null;
    }
  }

  private _of(kernel: Kernel.IKernelConnection): IKnown {
    let known = this._known.get(kernel);
    if (!known) {
      known = { asked: new Set(), met: new Set(), asking: null };
      this._known.set(kernel, known);
      kernel.statusChanged.connect(this._onStatusChanged, this);
    }
    return known;
  }

  /** A new process may have other packages. */
  private _onStatusChanged(
    kernel: Kernel.IKernelConnection,
    status: Kernel.Status
  ): void {
    if (status === 'restarting' || status === 'autorestarting') {
      kernel.statusChanged.disconnect(this._onStatusChanged, this);
      if (this._known.delete(kernel)) {
        this._changed.emit();
      }
    }
  }

  private _changed = new Signal<this, void>(this);
  private _known = new WeakMap<Kernel.IKernelConnection, IKnown>();
}

/** All that are named are needed, except that one of several platforms is enough. */
function unmet({ requires }: ISnippet, { asked, met }: IKnown): string[] {
  const isPlatform = (text: string): boolean => text.startsWith('platform:');
  const onPlatform = requires.some(text => isPlatform(text) && met.has(text));
  return requires.filter(
    text =>
      asked.has(text) && !met.has(text) && !(onPlatform && isPlatform(text))
  );
}

function kernelOf(panel: NotebookPanel | null) {
  return panel?.sessionContext.session?.kernel ?? null;
}
