import { readLooseSpec } from '../format/paramspec';

/** What a cell's `@title` line says. */
export interface IFormTitle {
  /** As it is written: Colab renders it as markdown. */
  readonly text: string;
  /** Whether the author wants the code hidden. */
  readonly hidesCode: boolean;
  /** Whether the author wants the cell to run when a field is changed. */
  readonly runsOnChange: boolean;
}

const FORM_COMMENT = /^\s*#\s*@(title|markdown)\b[ \t]?(.*)$/;
const OPTIONS = /\s*(\{[^{}]*\})\s*$/;

/** Read a `@title` or `@markdown` line; null for any other. */
export function readFormComment(
  line: string
): { kind: 'title' | 'markdown'; text: string } | null {
  const match = FORM_COMMENT.exec(line);
  return match && { kind: match[1] as 'title' | 'markdown', text: match[2] };
}

/**
 * Understand what stands behind `@title`: a text, and options that may follow.
 * Braces that hold no options belong to the text.
 */
export function readFormTitle(line: string): IFormTitle {
  const plain = { text: line.trim(), hidesCode: false, runsOnChange: false };
  const match = OPTIONS.exec(line);
  if (!match) {
    return plain;
  }
  try {
    const { options } = readLooseSpec(match[1]);
    return {
      text: line.slice(0, match.index).trim(),
      hidesCode: options['display-mode'] === 'form',
      runsOnChange: options.run === 'auto'
    };
  } catch {
    return plain;
  }
}

/** A title without the marks of markdown and HTML, for a button or a menu. */
export function plainTitle(text: string): string {
  return text
    .replace(/<[^>]*>/g, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\s*#+\s*/, '')
    .replace(/(\*\*|__|~~|`)(.+?)\1/g, '$2')
    .replace(/(^|\s)([*_])(\S(?:.*?\S)?)\2(?=\s|$|[.,:;!?])/g, '$1$3')
    .replace(/\s+/g, ' ')
    .trim();
}
