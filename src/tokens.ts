import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Token } from '@lumino/coreutils';

/**
 * The commands of this extension. Other extensions may execute them.
 */
export namespace CommandIDs {
  /** Insert a snippet; every other way in ends here. Arguments: {@link IInsertRequest}. */
  export const insertSnippet = 'runtime-kit:insert-snippet';
  export const insertDriveMount = 'runtime-kit:insert-drive-mount';
  export const insertGpuCheck = 'runtime-kit:insert-gpu-check';
  export const insertCheckpointResume = 'runtime-kit:insert-checkpoint-resume';
  /** Propose the edits that make the notebook's training resumable, as a diff. */
  export const makeResumable = 'runtime-kit:make-resumable';
  /** Ask for the values in a form, then insert. Arguments: `{id}`. */
  export const insertSnippetWithForm = 'runtime-kit:insert-snippet-with-form';
  /** Edit the `@param` lines of the active cell in a form. */
  export const editParameters = 'runtime-kit:edit-parameters';
  /** Bring inserted cells of older versions to the present one. */
  export const updateSnippets = 'runtime-kit:update-snippets';
  /** Turn library cells into standalone ones, which need no package. */
  export const makePortable = 'runtime-kit:make-notebook-portable';
  /** Turn standalone cells into library ones. */
  export const useLibrary = 'runtime-kit:use-library-snippets';
  /** Keep the selected cells as a snippet of the user's own. */
  export const saveCellsAsSnippet = 'runtime-kit:save-cells-as-snippet';
  export const newSnippet = 'runtime-kit:new-snippet';
  /** Arguments of these five: `{id}`. */
  export const editSnippet = 'runtime-kit:edit-snippet';
  export const duplicateSnippet = 'runtime-kit:duplicate-snippet';
  export const hideSnippet = 'runtime-kit:hide-snippet';
  export const deleteSnippet = 'runtime-kit:delete-snippet';
  export const exportSnippet = 'runtime-kit:export-snippet';
  export const importSnippets = 'runtime-kit:import-snippets';
  /** Read the snippets of all sources again. */
  export const refreshSnippets = 'runtime-kit:refresh-snippet-sources';
  /** Connect storage with rclone where the kernel runs; returns the remote's name. */
  export const connectRemote = 'runtime-kit:connect-remote';
  /** What Colab starts for the notebook. Arguments: `{accelerator, gpuType}`; none: a CPU. */
  export const setColabRuntime = 'runtime-kit:set-colab-runtime';
  /** Open the list of all snippets at the notebook's toolbar. */
  export const openSnippets = 'runtime-kit:open-snippets';
  /** Whether outputs are restored in the current notebook. */
  export const toggleRestoreOutputs = 'runtime-kit:toggle-restore-outputs';
  /** List the outputs that the server keeps. */
  export const openOutputs = 'runtime-kit:open-outputs';
  /** Open the Runtime panel. */
  export const openPanel = 'runtime-kit:open-panel';
}

/**
 * Where inserted cells go: relative to the active cell, or first in the notebook.
 */
export type InsertPosition = 'above' | 'below' | 'top';

/**
 * Which form of a snippet is inserted; `auto` takes the library form where the
 * kernel can import `runtime_kit`.
 */
export type FormPreference = 'auto' | 'standalone' | 'library';

/**
 * Where forms of `@param` lines are shown: in the cell, whose code is hidden where
 * the cell says so; in the cell, with its code; in dialogs only; nowhere.
 */
export type CellFormsPlace = 'cell' | 'beside' | 'dialog' | 'off';

/**
 * The user's settings, complete: a default stands where the user set nothing.
 */
export interface IKitSettingsValues {
  readonly insertPosition: InsertPosition;
  readonly runAfterInsert: boolean;
  /** What a second insertion of the same snippet does. */
  readonly whenPresent: 'reveal' | 'insert';
  readonly form: FormPreference;
  readonly cellForms: CellFormsPlace;
  /** Whether a changed field runs a cell that says `run: "auto"`. */
  readonly cellFormsRun: boolean;
  /** Values by snippet id, then by parameter name. */
  readonly parameters: Readonly<Record<string, Record<string, unknown>>>;
  /** Snippet text by snippet id. */
  readonly userSnippets: Readonly<Record<string, string>>;
  /** Folders and URLs whose snippets a team shares. */
  readonly snippetSources: readonly string[];
  /** Ids that the menus leave out. */
  readonly hiddenSnippets: readonly string[];
  /** Whether runtimes are watched at all. */
  readonly monitor: boolean;
  readonly monitorChip: boolean;
  readonly monitorStatusItem: boolean;
  /** Seconds between samples while a cell runs. */
  readonly sampleInterval: number;
  /** Whether a fresh kernel makes an offer to resume what was interrupted. */
  readonly offerResume: boolean;
  /** Whether outputs that no page received are shown when a notebook is opened. */
  readonly restoreOutputs: boolean;
  /** How long a session lasts, in hours; 0: not known. */
  readonly sessionHours: number;
  /** Minutes before the end of which the user is warned; 0: not at all. */
  readonly warnMinutes: number;
  /** GB below which a disk is called nearly full. */
  readonly lowSpace: number;
}

/**
 * Live settings. Without a settings registry the values are the defaults.
 */
export interface IKitSettings extends IDisposable {
  readonly values: IKitSettingsValues;
  readonly changed: ISignal<IKitSettings, void>;
  /** Resolves when the first values were read. */
  readonly ready: Promise<void>;
  /**
   * Change one value for good; without a settings registry, until the page is
   * closed. One change follows the other, each from what the one before has left,
   * in whichever page that was: none is lost.
   *
   * @param next - Makes the new value from the present one.
   */
  change<K extends keyof IKitSettingsValues>(
    key: K,
    next: (value: IKitSettingsValues[K]) => IKitSettingsValues[K]
  ): Promise<void>;
}

export const IKitSettings = new Token<IKitSettings>(
  'jupyterlab-runtime-kit:IKitSettings',
  'The settings of the runtime kit, with defaults filled in.'
);

/**
 * A request to insert a snippet.
 */
export interface IInsertRequest {
  /** Slug of the snippet, for example `gpu-check`. */
  id: string;
  /** Values by parameter name; they win over settings and kernel. */
  parameters?: Record<string, unknown>;
  /** Default: the user's setting. */
  position?: InsertPosition;
  /** Run the inserted cells. Default: the user's setting. */
  run?: boolean;
  /** Ask for the values in a form first. */
  form?: boolean;
}

/**
 * Inserts snippets into the current notebook.
 */
export interface ISnippetInserter {
  /**
   * @returns the ids of the cells it made; empty where it revealed a present
   * one or told the user why it could not insert.
   */
  insert(request: IInsertRequest): Promise<string[]>;
}

export const ISnippetInserter = new Token<ISnippetInserter>(
  'jupyterlab-runtime-kit:ISnippetInserter',
  'Inserts snippets of the runtime kit into the current notebook.'
);

/**
 * What snippets need and the current notebook's kernel does not have.
 */
export interface IRequirements {
  /**
   * Have the kernel asked, where it is idle and was not asked since its start.
   * Call it when a list of snippets is opened; it never asks by itself.
   */
  ask(): Promise<void>;
  /**
   * The requirements of a snippet (`package:torch`, `tool:rclone`, `gpu`,
   * `platform:colab`) that are known not to be met.
   */
  missing(id: string): readonly string[];
  /** Emitted when more is known, or another notebook is current. */
  readonly changed: ISignal<IRequirements, void>;
}

export const IRequirements = new Token<IRequirements>(
  'jupyterlab-runtime-kit:IRequirements',
  'What snippets need and the kernel of the current notebook does not have.'
);
