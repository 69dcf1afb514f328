import type { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import { editObstacle } from '../../notebook/edit';
import { OpenUndoStep } from '../../notebook/undo';
import type { ICellForm, ICellParameter, ISkippedLine } from '../../snippets';
import { readCellForm } from '../../snippets/parameters/cellform';
import { plainTitle } from '../../snippets/parameters/formcomments';
import { parameterComments } from '../../snippets/parameters/paramcomments';
import { applyValues } from '../../notebook/applyValues';
import { cellField, fieldProblem, IField, readField } from '../field';
import { CellRunner } from './cellRunner';
import { CodeFolding } from './codeFolding';
import type { ICellFormServices } from './services';

/** A field in a form. */
interface IFieldPart {
  readonly kind: 'field';
  readonly key: string;
  readonly field: IField;
  readonly parameter: ICellParameter;
}

/** A part of the form as it is shown, from the top. */
export type CellFormPart =
  | IFieldPart
  | { readonly kind: 'markdown'; readonly key: string; readonly text: string }
  | {
      readonly kind: 'fixed';
      readonly key: string;
      readonly skipped: ISkippedLine;
    };

/** What a form shows; another object whenever something of it changes. */
export interface ICellFormState {
  /** Empty where the cell has no title. */
  readonly title: string;
  readonly parts: readonly CellFormPart[];
  /** Whether the fields can be changed. */
  readonly editable: boolean;
  readonly codeHidden: boolean;
  readonly running: boolean;
  /** Whether the author wants the cell to run when a field is changed. */
  readonly runsOnChange: boolean;
  /** Whether the notebook's being untrusted is what keeps it from that. */
  readonly isHeldBack: boolean;
}

/** What became of a text that was entered. */
export interface IEntered {
  /** What is wrong with it; empty where it is in the code now. */
  readonly problem: string;
  /** The right-hand side in the code now. */
  readonly code: string;
}

/**
 * The form of one cell: follows its code, and writes into it what the user
 * enters.
 */
export class CellForm implements IDisposable {
  constructor(
    private _panel: NotebookPanel,
    readonly cell: CodeCell,
    private _services: ICellFormServices
  ) {
    const { settings } = _services;
    this._form = this._read();
    this._runner = new CellRunner(_panel, cell, _services);
    this._folding = new CodeFolding(cell, {
      isWritable: () => editObstacle(_panel) === null,
      followsCell: () => settings.values.cellForms === 'cell' && !this.isEmpty,
      isHiddenByAuthor: () => this._form.title?.hidesCode ?? false
    });
    cell.model.contentChanged.connect(this._onContent, this);
    cell.model.stateChanged.connect(this._update, this);
    cell.model.metadataChanged.connect(this._update, this);
    this._folding.changed.connect(this._update, this);
    settings.changed.connect(this._onSettings, this);
  }

  get state(): ICellFormState {
    return (this._state ??= this._makeState());
  }

  /** Emitted when the state is another. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Whether what looked like a form is none: it may be in a string. */
  get isEmpty(): boolean {
    const { title, items } = this._form;
    return !title && items.length === 0;
  }

  /** How many parts the form has, for a guess at its height. */
  get size(): number {
    return this._form.items.length;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Put what the user typed into the code, at once, where it fits. */
  enter(key: string, text: string): IEntered {
    const part = this._fieldOf(key);
    if (!part || !this.state.editable) {
      return { problem: '', code: part?.parameter.code ?? '' };
    }
    const { field, parameter } = part;
    const problem = fieldProblem(field, text, this._services.trans);
    if (!problem) {
      const values = new Map([[parameter.line, readField(field, text)]]);
      this._step ??= this._openStep();
      this._isChanged =
        applyValues(this._panel, this.cell, this._form, values, false) ||
        this._isChanged;
    }
    return { problem, code: this._fieldOf(key)?.parameter.code ?? '' };
  }

  /** The user is done with a field: what follows is another undo step. */
  leave(): void {
    this._step?.dispose();
    this._step = null;
    if (this._isChanged) {
      this._isChanged = false;
      if (this.state.runsOnChange) {
        void this._runner.runAfterChange();
      }
    }
  }

  run(): void {
    this.leave();
    void this._runner.run();
  }

  toggleCode(): void {
    this._folding.toggle();
  }

  /** Give the cell the focus, as a notebook in command mode has it. */
  focusCell(): void {
    this._panel.content.mode = 'command';
    this.cell.node.focus();
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._step?.dispose();
    this._folding.dispose();
    Signal.clearData(this);
  }

  private _fieldOf(key: string): IFieldPart | null {
    const part = this.state.parts.find(part => part.key === key);
    return part?.kind === 'field' ? part : null;
  }

  private _read(): ICellForm {
    return readCellForm(this.cell.model.sharedModel.getSource());
  }

  private _openStep(): OpenUndoStep {
    const notebook = this._panel.content.model?.sharedModel;
    const { sharedModel } = this.cell.model;
    return new OpenUndoStep(notebook ? [notebook, sharedModel] : [sharedModel]);
  }

  private _makeState(): ICellFormState {
    const { title, source } = this._form;
    const { model } = this.cell;
    const runsOnChange =
      (title?.runsOnChange ?? false) &&
      this._services.settings.values.cellFormsRun;
    const seen = new Map<string, number>();
    // A line keeps its key while lines are put in above it.
    const keyOf = (name: string): string => {
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return `${name}-${count}`;
    };
    return {
      title: plainTitle(title?.text ?? ''),
      parts: this._form.items.map((item): CellFormPart => {
        switch (item.kind) {
          case 'markdown':
            return { ...item, key: keyOf('@markdown') };
          case 'skipped':
            return {
              kind: 'fixed',
              key: keyOf(item.skipped.name ?? '@param'),
              skipped: item.skipped
            };
          case 'parameter': {
            const { parameter } = item;
            const comments = parameterComments(source, parameter.line, false);
            const { trans } = this._services;
            const field = cellField(parameter, trans, comments, true);
            const key = keyOf(parameter.name);
            return { kind: 'field', key, field, parameter };
          }
        }
      }),
      editable:
        editObstacle(this._panel) === null &&
        model.getMetadata('editable') !== false,
      codeHidden: this._folding.hidden,
      running: model.executionState === 'running',
      runsOnChange,
      isHeldBack: runsOnChange && !this._runner.isTrusted
    };
  }

  private _onContent(): void {
    if (this.cell.model.sharedModel.getSource() !== this._form.source) {
      const before = this._form.title?.hidesCode;
      const wasEmpty = this.isEmpty;
      this._form = this._read();
      if (this._form.title?.hidesCode !== before || this.isEmpty !== wasEmpty) {
        this._folding.refresh();
      }
      this._update();
    }
  }

  private _onSettings(): void {
    this._folding.refresh();
    this._update();
  }

  private _update(): void {
    this._state = null;
    this._changed.emit();
  }

  private _changed = new Signal<this, void>(this);
  private _folding: CodeFolding;
  private _form: ICellForm;
  private _isChanged = false;
  private _isDisposed = false;
  private _runner: CellRunner;
  private _state: ICellFormState | null = null;
  private _step: OpenUndoStep | null = null;
}
