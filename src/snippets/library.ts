import { ISignal, Signal } from '@lumino/signaling';

import { checkParameter } from './check';
import { SnippetError } from './errors';
import { parseSnippet } from './parse';
import type { IRenderOptions } from './render';
import { renderSnippet } from './render';
import type {
  IParameter,
  ISnippet,
  ISnippetCell,
  ParameterValue,
  SnippetForm
} from './types';

/**
 * What of a snippet a kernel is told.
 */
export type ISnippetDescription = Pick<
  ISnippet,
  'id' | 'title' | 'description'
> & { parameters: Omit<IParameter, 'cell' | 'line' | 'span'>[] };

/**
 * The built-in snippets and the user's own.
 */
export class SnippetLibrary {
  constructor(builtins: readonly ISnippet[] = []) {
    this._builtins = [...builtins];
    this._snippets = this._builtins;
  }

  /** Emitted when the user's snippets changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** One snippet an id, the standalone form where there are both. */
  list(): ISnippet[] {
    const ids = new Set(this._snippets.map(({ id }) => id));
    return [...ids].map(id => this.get(id)!);
  }

  /**
   * @param form - Without it: the standalone form, else the library form.
   */
  get(id: string, form?: SnippetForm): ISnippet | undefined {
    const forms = this._snippets.filter(snippet => snippet.id === id);
    return form
      ? forms.find(snippet => snippet.form === form)
      : (forms.find(snippet => snippet.form === 'standalone') ?? forms[0]);
  }

  /**
   * Like {@link get}, for ids from outside.
   *
   * @throws Error that names the ids there are.
   */
  require(id: string, form?: SnippetForm): ISnippet {
    const snippet = this.get(id, form) ?? this.get(id);
    if (!snippet) {
      const ids = this.list().map(({ id }) => id);
      throw new Error(`No snippet "${id}"; there are ${ids.join(', ')}.`);
    }
    return snippet;
  }

  /**
   * Put the user's snippets in place of those set before. One that has the id
   * of a built-in snippet stands in for it. A broken one is left out, and a
   * built-in of its id stays.
   *
   * @param map - Snippet text by id.
   * @returns what is wrong with the broken ones, one error each.
   */
  setUserSnippets(map: Readonly<Record<string, string>>): SnippetError[] {
    const key = JSON.stringify(Object.entries(map));
    if (key === this._userKey) {
      return this._errors;
    }
    this._userKey = key;
    this._errors = [];
    const own = new Map<string, ISnippet>();
    for (const [id, text] of Object.entries(map)) {
      const snippet = this._parse(id, text);
      if (snippet) {
        own.set(id, snippet);
      }
    }
    const rest = this._builtins.filter(({ id }) => !own.has(id));
    this._snippets = [...rest, ...own.values()];
    this._changed.emit();
    return this._errors;
  }

  /**
   * What a kernel is told for its `%snippet`: the snippets and their parameters
   * without their texts, ready for JSON.
   */
  describe(): ISnippetDescription[] {
    return this.list().map(({ id, title, description, parameters }) => ({
      id,
      title,
      description,
      parameters: parameters.map(({ cell, line, span, ...rules }) => rules)
    }));
  }

  /** See {@link renderSnippet}. */
  render(
    snippet: ISnippet,
    values: Readonly<Record<string, unknown>>,
    options?: IRenderOptions
  ): ISnippetCell[] {
    return renderSnippet(snippet, values, options);
  }

  /** See {@link checkParameter}. */
  checkParameter(parameter: IParameter, value: unknown): ParameterValue {
    return checkParameter(parameter, value);
  }

  private _parse(id: string, text: string): ISnippet | null {
    try {
      const snippet = parseSnippet(text, { id, builtin: false });
      const overrides = this._builtins.some(builtin => builtin.id === id);
      return overrides ? { ...snippet, overridesBuiltin: true } : snippet;
    } catch (error) {
      if (!(error instanceof SnippetError)) {
        throw error;
      }
      this._errors.push(error);
      return null;
    }
  }

  private _builtins: ISnippet[];
  private _changed = new Signal<this, void>(this);
  private _errors: SnippetError[] = [];
  private _snippets: ISnippet[];
  private _userKey = '[]';
}
