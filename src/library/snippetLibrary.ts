import { ISignal, Signal } from '@lumino/signaling';

import { MessageError, SnippetError } from '../snippets/format/errors';
import { later } from '../snippets/format/message';
import type { IRenderOptions } from '../snippets/format/render';
import { renderSnippet } from '../snippets/format/render';
import { isRenderingOf } from '../snippets/format/rendering';
import type {
  IParameter,
  ISnippet,
  ISnippetCell,
  SnippetForm
} from '../snippets/format/types';
import { parseSnippet } from '../snippets/format/parse';

/**
 * What a kernel gets to know of a snippet.
 */
type ISnippetDescription = Pick<ISnippet, 'id' | 'title' | 'description'> & {
  parameters: Omit<IParameter, 'cell' | 'line' | 'span'>[];
};

/**
 * The built-in snippets and the user's own.
 */
export class SnippetLibrary {
  constructor(builtins: readonly ISnippet[] = []) {
    this._builtins = [...builtins];
    this._forms = byId(this._builtins);
  }

  /** Emitted when the user's snippets changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** One snippet an id, the standalone form where there are both. */
  list(): ISnippet[] {
    return [...this._forms.keys()].map(id => this.get(id)!);
  }

  /**
   * @param form - Without it: the standalone form, else the library form.
   */
  get(id: string, form?: SnippetForm): ISnippet | undefined {
    const forms = this._forms.get(id) ?? [];
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
      throw new MessageError(
        later.__('Snippet "%1" not found. Available: %2.', id, ids.join(', '))
      );
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
    const items = Object.entries(map).map(([id, text]) => ({ id, text }));
    return this._own.set(items) ? this._merge(this._own) : this._own.errors;
  }

  /**
   * The same for the snippets of sources that a team shares. The user's own go
   * before them.
   */
  setSourceSnippets(
    items: readonly { id: string; text: string; source: string }[]
  ): SnippetError[] {
    return this._shared.set(items)
      ? this._merge(this._shared)
      : this._shared.errors;
  }

  /**
   * Whether a code cell's text is that of a snippet, in any form and with any
   * values. A built-in one counts also where another stands in for it.
   */
  hasRendered(id: string, source: string): boolean {
    const builtins = this._builtins.filter(snippet => snippet.id === id);
    return [...(this._forms.get(id) ?? []), ...builtins].some(snippet =>
      isRenderingOf(snippet, source)
    );
  }

  /** The text of a snippet that is not built in. */
  textOf(id: string): string | undefined {
    return this._own.textOf(id) ?? this._shared.textOf(id);
  }

  /**
   * What a kernel gets for its `%snippet`: the snippets and their parameters
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

  /** Whose snippets come first is what a snippet's id stands for. */
  private _merge(changed: SnippetLayer): SnippetError[] {
    const taken = new Set<string>();
    const layers = [this._own.snippets, this._shared.snippets, this._builtins];
    const kept = layers.map(snippets => {
      const free = snippets.filter(({ id }) => !taken.has(id));
      free.forEach(({ id }) => taken.add(id));
      return free;
    });
    const builtin = new Set(this._builtins.map(({ id }) => id));
    this._forms = byId(
      kept
        .reverse()
        .flat()
        .map(snippet =>
          !snippet.builtin && builtin.has(snippet.id)
            ? { ...snippet, overridesBuiltin: true }
            : snippet
        )
    );
    this._changed.emit();
    return changed.errors;
  }

  private _builtins: ISnippet[];
  private _changed = new Signal<this, void>(this);
  /** What each id stands for. */
  private _forms: Map<string, ISnippet[]>;
  private _own = new SnippetLayer();
  private _shared = new SnippetLayer();
}

function byId(snippets: readonly ISnippet[]): Map<string, ISnippet[]> {
  const forms = new Map<string, ISnippet[]>();
  for (const snippet of snippets) {
    forms.set(snippet.id, [...(forms.get(snippet.id) ?? []), snippet]);
  }
  return forms;
}

/** The text of a snippet, and where it is from if it is not the user's own. */
interface ILayerItem {
  readonly id: string;
  readonly text: string;
  readonly source?: string;
}

/**
 * Snippets from one place: the user's own, or those of their team. Broken ones
 * are left out.
 */
class SnippetLayer {
  /** One error for each broken snippet. */
  errors: SnippetError[] = [];
  snippets: readonly ISnippet[] = [];

  textOf(id: string): string | undefined {
    return this._texts.get(id);
  }

  /**
   * Put these in place of those set before.
   *
   * @returns whether they differ from them.
   */
  set(items: readonly ILayerItem[]): boolean {
    const key = JSON.stringify(
      items.map(({ id, text, source }) => [id, text, source])
    );
    if (key === this._key) {
      return false;
    }
    this._key = key;
    this.errors = [];
    this._texts.clear();
    this.snippets = items.flatMap(item => this._parse(item));
    return true;
  }

  private _parse({ id, text, source }: ILayerItem): ISnippet[] {
    try {
      const snippet = parseSnippet(text, { id, builtin: false });
      this._texts.set(id, text);
      return [source === undefined ? snippet : { ...snippet, source }];
    } catch (error) {
      if (!(error instanceof SnippetError)) {
        throw error;
      }
      this.errors.push(error);
      return [];
    }
  }

  private _key = '[]';
  private _texts = new Map<string, string>();
}
