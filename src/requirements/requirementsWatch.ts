import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import { DisposableDelegate, IDisposable } from '@lumino/disposable';

import type { ISnippetCatalog } from '../library/catalogToken';
import type { IKitSettings, IRequirements } from '../tokens';

interface IOptions {
  catalog: ISnippetCatalog;
  missing: IRequirements;
  settings: IKitSettings;
  tracker: INotebookTracker;
}

/**
 * Has the kernel of the current notebook asked what snippets lack, while a list
 * that says so is on screen.
 *
 * Once after each start of a kernel, when it is idle, whether it answers or not:
 * a question ends as a cell does, and must not cause the next one.
 */
export class RequirementsWatch {
  constructor(private _options: IOptions) {}

  /** A list comes into view. Dispose what is returned when it goes. */
  show(): IDisposable {
    const { catalog, settings, tracker } = this._options;
    tracker.currentChanged.connect(this._follow, this);
    catalog.changed.connect(this._onSnippetsChanged, this);
    settings.changed.connect(this._look, this);
    this._follow();
    return new DisposableDelegate(() => {
      tracker.currentChanged.disconnect(this._follow, this);
      catalog.changed.disconnect(this._onSnippetsChanged, this);
      settings.changed.disconnect(this._look, this);
      this._leave();
    });
  }

  private _follow(): void {
    this._leave();
    const panel = this._options.tracker.currentWidget;
    panel?.sessionContext.statusChanged.connect(this._onStatus, this);
    this._panel = panel;
    this._look();
  }

  private _leave(): void {
    this._panel?.sessionContext.statusChanged.disconnect(this._onStatus, this);
    this._panel = null;
  }

  private _onStatus(_: unknown, status: Kernel.Status): void {
    const kernel = this._kernel;
    if (kernel && (status === 'restarting' || status === 'autorestarting')) {
      this._asked.delete(kernel);
    }
    this._look();
  }

  /** New ones may need something else. */
  private _onSnippetsChanged(): void {
    this._asked = new WeakSet();
    this._look();
  }

  private _look(): void {
    const kernel = this._kernel;
    if (
      kernel?.status === 'idle' &&
      this._options.settings.values.monitor &&
      !this._asked.has(kernel)
    ) {
      this._asked.add(kernel);
      this._options.missing.ask().catch(console.warn);
    }
  }

  private get _kernel(): Kernel.IKernelConnection | null {
    return this._panel?.sessionContext.session?.kernel ?? null;
  }

  private _asked = new WeakSet<Kernel.IKernelConnection>();
  private _panel: NotebookPanel | null = null;
}
