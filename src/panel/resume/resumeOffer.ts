import type { Cell } from '@jupyterlab/cells';
import { NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';

import { askCellNames } from '../../kernel/queries/cellNames';
import type { IRun, ISample } from '../../kernel/monitor/monitor';
import type { ISnippetCatalog } from '../../library/catalogToken';
import type { SnippetLibrary } from '../../library/snippetLibrary';
import { kitSnippetOf } from '../../notebook';
import type { RuntimeModel } from '../model/runtimeModel';
import { isTraining, resumable } from './candidate';
import type { ResumeNotice } from './resumeNotice';
import { changedCells, IPlannedCell, resumePlan, runsOf } from './resumePlan';

/** Milliseconds for the kernel to parse the cells. */
const PATIENCE = 10000;
/** A cell that makes a run: one that was applied from a proposal is no snippet's. */
const MAKES_RUN = /\bRun\(\s*f?["']/;

/**
 * Looks once at each fresh kernel of a notebook whether there is a training to
 * go on with, and says so. Nothing runs without a click.
 */
export class ResumeOffer {
  constructor(
    private _panel: NotebookPanel,
    private _model: RuntimeModel,
    private _notice: ResumeNotice,
    private _catalog: ISnippetCatalog | null = null
  ) {
    _panel.sessionContext.statusChanged.connect(this._onStatusChanged, this);
    _panel.sessionContext.kernelChanged.connect(this._onKernelChanged, this);
    NotebookActions.executionScheduled.connect(this._onScheduled, this);
    _model.changed.connect(this._onSample, this);
    _panel.disposed.connect(() => {
      NotebookActions.executionScheduled.disconnect(this._onScheduled, this);
      this._release();
      this._notice.withdraw();
    });
    this._look();
  }

  /** Have the monitor take a sample, also when no view shows the runtime. */
  private _look(): void {
    if (this._isWanted() && !this._held) {
      this._held = this._model.show();
    }
  }

  /** What was offered, or begun, was so for the process before. */
  private _onKernelChanged(): void {
    this._begun.clear();
    this._notice.withdraw();
    this._look();
  }

  /** The user begins the training: a second time would be one too many. */
  private _onScheduled(_: unknown, { cell }: { cell: Cell }): void {
    this._begun.add(cell.model.id);
    if (cell.model.id === this._training) {
      this._notice.withdraw();
    }
  }

  private _onStatusChanged(_: unknown, status: string): void {
    if (status === 'restarting' || status === 'autorestarting') {
      this._onKernelChanged();
    }
  }

  private _onSample(): void {
    const { sample } = this._model;
    if (!sample || this._model.monitor.state === 'connecting') {
      return;
    }
    const { host, pid, started } = sample.kernel;
    const kernel = `${host} ${pid} ${started}`;
    if (kernel !== this._seen && this._isWanted()) {
      this._seen = kernel;
      this._offer(sample).catch(console.warn);
    } else if (isTraining(sample, this._names)) {
      // The user went on without us.
      this._notice.withdraw();
    }
    this._release();
  }

  private async _offer(sample: ISample): Promise<void> {
    const kernel = this._panel.sessionContext.session?.kernel;
    if (sample.busy || !kernel || !mayResume(sample)) {
      return;
    }
    const planned = await this._cells(kernel);
    if (!planned || this._panel.isDisposed) {
      return;
    }
    this._names = runsOf(planned);
    const run = resumable(sample, this._names);
    const ids = run ? this._planOf(planned, run) : [];
    const now = this._panel.sessionContext.session?.kernel;
    if (run && ids.length > 0 && now === kernel) {
      this._say(run, ids);
    }
  }

  private _say(run: IRun, ids: readonly string[]): void {
    const ago = Math.max(this._model.kernelTime - run.saved!, 0);
    this._training = ids[ids.length - 1];
    if (!this._begun.has(this._training)) {
      const planNow = (): Promise<string[]> => this._planNow(run, ids);
      const changed = (): string[] => this._changed;
      this._notice.show(this._panel, run, ago, ids, planNow, changed);
    }
  }

  /** Of cells that came from elsewhere nothing is offered to be run. */
  private _planOf(planned: readonly IPlannedCell[], run: IRun): string[] {
    const ids = resumePlan(planned, run.name);
    this._changed = changedCells(planned, ids);
    const { widgets } = this._panel.content;
    return widgets.some(
      cell => ids.includes(cell.model.id) && isUntrusted(cell)
    )
      ? []
      : ids;
  }

  /** The notebook may have been edited since: cells moved, deleted, new. */
  private async _planNow(run: IRun, ids: readonly string[]): Promise<string[]> {
    const kernel = this._panel.sessionContext.session?.kernel;
    const planned = kernel && (await this._cells(kernel).catch(() => null));
    if (planned) {
      return this._planOf(planned, run);
    }
    const there = codeCells(this._panel, null).map(({ id }) => id);
    return there.includes(this._training)
      ? there.filter(id => ids.includes(id))
      : [];
  }

  /** What the cells do with names; null where the kernel does not say. */
  private async _cells(
    kernel: Kernel.IKernelConnection
  ): Promise<IPlannedCell[] | null> {
    // Without it no text is known to be a snippet's.
    const library = (await this._catalog?.load().catch(console.warn)) ?? null;
    const cells = codeCells(this._panel, library);
    const sources = cells.map(({ source }) => source);
    const names = await askCellNames(kernel, sources, PATIENCE);
    return names && cells.map((cell, i) => ({ ...cell, names: names[i] }));
  }

  private _isWanted(): boolean {
    const { monitor, offerResume } = this._model.settings.values;
    const cells = this._panel.content.widgets;
    return (
      monitor &&
      offerResume &&
      !this._panel.isDisposed &&
      cells.some(
        ({ model }) =>
          kitSnippetOf(model) !== null ||
          MAKES_RUN.test(model.sharedModel.getSource())
      )
    );
  }

  private _release(): void {
    this._held?.dispose();
    this._held = null;
  }

  /** Cells that were to run since the kernel's start. */
  private _begun = new Set<string>();
  /** Cells that the last plan leaves out since their text is no snippet's. */
  private _changed: string[] = [];
  private _held: IDisposable | null = null;
  private _names: ReadonlySet<string> = new Set();
  private _seen = '';
  /** The cell that resumes the offered run. */
  private _training = '';
}

/** Whether it is worth a question: some run here could be one of the notebook's. */
function mayResume(sample: ISample): boolean {
  const all = new Set(sample.runs.map(({ name }) => name));
  return resumable(sample, all) !== null;
}

function isUntrusted({ model }: Cell): boolean {
  return model.type === 'code' && model.trusted === false;
}

function codeCells(
  panel: NotebookPanel,
  library: SnippetLibrary | null
): Omit<IPlannedCell, 'names'>[] {
  return panel.content.widgets
    .filter(({ model }) => model.type === 'code')
    .map(({ model }) => {
      const source = model.sharedModel.getSource();
      const claims = kitSnippetOf(model);
      const isGenuine = claims !== null && library?.hasRendered(claims, source);
      return {
        id: model.id,
        claims,
        snippet: isGenuine ? claims : null,
        source
      };
    });
}
