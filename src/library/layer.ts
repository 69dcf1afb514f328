import { SnippetError } from '../snippets/format/errors';
import { parseSnippet } from '../snippets/format/parse';
import type { ISnippet } from '../snippets/format/types';

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
export class SnippetLayer {
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
