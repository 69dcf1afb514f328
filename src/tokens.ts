import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Token } from '@lumino/coreutils';

import type { SnippetLibrary } from './snippets';

/**
 * The commands of this extension. Other extensions may execute them.
 */
export namespace CommandIDs {
  /** Insert a snippet; every other way in ends here. Arguments: {@link IInsertRequest}. */
  export const insertSnippet = 'runtime-kit:insert-snippet';
  export const insertDriveMount = 'runtime-kit:insert-drive-mount';
  export const insertGpuCheck = 'runtime-kit:insert-gpu-check';
  export const insertCheckpointResume = 'runtime-kit:insert-checkpoint-resume';
  /** Open the list of all snippets at the notebook's toolbar. */
  export const openSnippets = 'runtime-kit:open-snippets';
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
 * The user's settings, complete: a default stands where the user set nothing.
 */
export interface IKitSettingsValues {
  readonly insertPosition: InsertPosition;
  readonly runAfterInsert: boolean;
  /** What a second insertion of the same snippet does. */
  readonly whenPresent: 'reveal' | 'insert';
  readonly form: FormPreference;
  /** Values by snippet id, then by parameter name. */
  readonly parameters: Readonly<Record<string, Record<string, unknown>>>;
  /** Snippet text by snippet id. */
  readonly userSnippets: Readonly<Record<string, string>>;
  /** Ids that the menus leave out. */
  readonly hiddenSnippets: readonly string[];
}

/**
 * Live settings. Without a settings registry the values are the defaults.
 */
export interface IKitSettings extends IDisposable {
  readonly values: IKitSettingsValues;
  readonly changed: ISignal<IKitSettings, void>;
  /** Resolves when the first values were read. */
  readonly ready: Promise<void>;
}

export const IKitSettings = new Token<IKitSettings>(
  'jupyterlab-runtime-kit:IKitSettings',
  'The settings of the runtime kit, with defaults filled in.'
);

/**
 * The snippets: the built-in ones and the user's own.
 */
export interface ISnippetCatalog {
  /** Load the library. The first call fetches a lazy chunk; later ones do not. */
  load(): Promise<SnippetLibrary>;
  /** The library when it is loaded, null before. */
  readonly library: SnippetLibrary | null;
  /** Emitted when the library was loaded and when its snippets changed. */
  readonly changed: ISignal<ISnippetCatalog, void>;
}

export const ISnippetCatalog = new Token<ISnippetCatalog>(
  'jupyterlab-runtime-kit:ISnippetCatalog',
  'The snippets of the runtime kit, loaded when first needed.'
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
