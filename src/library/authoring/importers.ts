import type { ISnippetCell } from '../../snippets';
import {
  MessageError,
  parseSnippet,
  sentenceOf,
  SnippetError
} from '../../snippets';
import { later, Message } from '../../snippets/format/message';
import type { ISnippetHead } from '../../snippets/format/write';
import { writeSnippet } from '../../snippets/format/write';
import { slugOf } from './ids';
import { withId } from './store';

/** A snippet of a file, not yet kept. */
export interface ICandidate {
  readonly id: string;
  readonly text: string;
}

/** What is in a file, and what of it is no snippet. */
interface IImported {
  readonly snippets: ICandidate[];
  readonly problems: Message[];
}

/**
 * Read a file of snippets: ours or any other percent file (`.py`), or the JSON of
 * Elyra or of jupyterlab-code-snippets, one or several. Nothing of it is run.
 */
export function importFile(name: string, content: string): IImported {
  const stem = name.replace(/^.*\//, '').replace(/\.\w+$/, '');
  try {
    return /\.json$/i.test(name)
      ? importJson(stem, JSON.parse(content))
      : { snippets: [importPercent(stem, content)], problems: [] };
  } catch (error) {
    return { snippets: [], problems: [named(name, sentenceOf(error))] };
  }
}

function importPercent(stem: string, content: string): ICandidate {
  const text = content.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const named = /^\s*#\s*---\s*\n(?:#.*\n)*?#\s*id\s*:\s*["']?([\w-]+)/.exec(
    text
  )?.[1];
  const id = slugOf(named ?? stem.replace(/\.library$/, '')) || 'my-snippet';
  if (/^\s*#\s*---/.test(text)) {
    const own = withId(text, id);
    parseSnippet(own, { id, builtin: false });
    return { id, text: own };
  }
  // A percent file of another tool, or plain Python.
  const head = `# ---\n# id: ${id}\n# title: ${JSON.stringify(stem)}\n# ---\n`;
  parseSnippet(head + text, { id, builtin: false });
  return { id, text: head + text };
}

function importJson(stem: string, json: unknown): IImported {
  const items = Array.isArray(json)
    ? json
    : Array.isArray((json as { snippets?: unknown })?.snippets)
      ? (json as { snippets: unknown[] }).snippets
      : [json];
  const snippets: ICandidate[] = [];
  const problems: Message[] = [];
  for (const item of items) {
    const foreign = readForeign(item, stem);
    try {
      if (!foreign) {
        throw new MessageError(later.__('it contains no code'));
      }
      const { head, cells } = foreign;
      snippets.push({ id: head.id, text: writeSnippet(head, cells) });
    } catch (error) {
      // The line would be one of the text that is made here.
      const said =
        error instanceof SnippetError ? error.reason : sentenceOf(error);
      problems.push(named(titleOf(item, stem), said));
    }
  }
  return { snippets, problems };
}

/** What is wrong with a file, or with a snippet in it. */
function named(name: string, said: Message): Message {
  return new Message('%1: %2', [name, said]);
}

/**
 * Elyra's `{display_name, metadata: {language, code, ...}}`, or
 * `{name, language, code, ...}` of jupyterlab-code-snippets.
 */
function readForeign(
  item: unknown,
  stem: string
): { head: ISnippetHead; cells: ISnippetCell[] } | null {
  if (typeof item !== 'object' || item === null) {
    return null;
  }
  const outer = item as Record<string, unknown>;
  const inner = (
    typeof outer.metadata === 'object' && outer.metadata
      ? outer.metadata
      : outer
  ) as Record<string, unknown>;
  const code = Array.isArray(inner.code) ? inner.code.join('\n') : inner.code;
  if (typeof code !== 'string') {
    return null;
  }
  const title = titleOf(item, stem);
  const language = String(inner.language ?? 'python').toLowerCase();
  const isText = language === 'markdown';
  const tags = Array.isArray(inner.tags) ? inner.tags.filter(isWord) : [];
  return {
    head: {
      id: slugOf(String(outer.name ?? title)) || slugOf(stem) || 'my-snippet',
      title,
      description: isWord(inner.description) ? inner.description : '',
      tags,
      languages: isText
        ? []
        : [/^i?python\d?$/.test(language) ? 'python' : language]
    },
    cells: [{ cellType: isText ? 'markdown' : 'code', source: code }]
  };
}

/** What a snippet of either calls itself, or else its file. */
function titleOf(item: unknown, stem: string): string {
  const { display_name, name } = (item ?? {}) as Record<string, unknown>;
  return [display_name, name].find(isWord) ?? stem;
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
