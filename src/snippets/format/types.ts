/**
 * What a parameter can hold: what JSON can hold and Python can write down as a
 * literal.
 */
export type ParameterValue =
  | string
  | number
  | boolean
  | null
  | ParameterValue[]
  | { [key: string]: ParameterValue };

/**
 * `raw` is any Python literal; `variable` is the name of one of the user's
 * objects (`net`, `trainer.model`), empty for None; the other types are checked.
 */
export type ParameterType =
  'string' | 'boolean' | 'number' | 'integer' | 'raw' | 'variable';

/**
 * `standalone`: all code is in the cells. `library`: the cells call
 * `runtime_kit`.
 */
export type SnippetForm = 'standalone' | 'library';

/**
 * A `NAME = <literal>  # @param ...` line of a snippet.
 */
export interface IParameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly default: ParameterValue;
  /** The values to choose from. */
  readonly choices?: readonly ParameterValue[];
  /** Whether a value that is not one of the choices is allowed. */
  readonly allowInput?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** Step of a slider: a hint for forms, not checked. */
  readonly step?: number;
  /** Index of its cell. */
  readonly cell: number;
  /** 1-based line in the source of that cell. */
  readonly line: number;
  /** Position of the literal in that cell's source: [start, end). */
  readonly span: readonly [number, number];
}

/**
 * A cell as it goes into a notebook.
 */
export interface ISnippetCell {
  readonly cellType: 'code' | 'markdown' | 'raw';
  readonly source: string;
  /** Code that needs no reading: a notebook shows its title only. */
  readonly folded?: boolean;
}

/**
 * A parsed snippet.
 */
export interface ISnippet {
  /** Slug: lower-case letters, digits and single hyphens. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** The first one says in which group of the menus it stands. */
  readonly tags: readonly string[];
  /** Kernel languages it is written for. */
  readonly languages: readonly string[];
  /**
   * What it cannot do without: `package:<import name>`, `tool:<executable>`,
   * `gpu`, `platform:<id>`. All of them, but of several platforms one.
   */
  readonly requires: readonly string[];
  readonly version: number;
  readonly icon?: string;
  /** The names that its cells bind, besides its parameters. */
  readonly names?: readonly string[];
  readonly form: SnippetForm;
  /** Whether it comes with the extension. */
  readonly builtin: boolean;
  /** The team's folder or URL that it is from. */
  readonly source?: string;
  /**
   * Set on a snippet that has the id of a built-in one: it stands in for every
   * form of that.
   */
  readonly overridesBuiltin?: boolean;
  readonly cells: readonly ISnippetCell[];
  readonly parameters: readonly IParameter[];
}

/**
 * Where a snippet's text comes from.
 */
export interface ISnippetOrigin {
  /** Name of the file or key of the setting. */
  readonly id: string;
  readonly builtin: boolean;
  /** Default: standalone. */
  readonly form?: SnippetForm;
}
