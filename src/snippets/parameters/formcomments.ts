import { readLooseSpec } from './loosespec';

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
/** Colab's options of a form. */
const FORM_OPTIONS = ['display-mode', 'run', 'form-width', 'vertical-output'];
/** Of a title no more is read: its patterns are for lines that people write. */
const LONGEST_TITLE = 500;

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
  const begin = optionsStart(plain.text);
  if (begin < 0) {
    return plain;
  }
  try {
    const { options } = readLooseSpec(plain.text.slice(begin));
    if (!FORM_OPTIONS.some(key => key in options)) {
      return plain;
    }
    return {
      text: plain.text.slice(0, begin).trim(),
      hidesCode: options['display-mode'] === 'form',
      runsOnChange: options.run === 'auto'
    };
  } catch {
    return plain;
  }
}

/** Where the braces begin with which a title ends; -1 where it does not. */
function optionsStart(text: string): number {
  const begin = text.lastIndexOf('{');
  return text.endsWith('}') && text.indexOf('}', begin) === text.length - 1
    ? begin
    : -1;
}

/** A title without the marks of markdown and HTML, for a button or a menu. */
export function plainTitle(text: string): string {
  return text
    .slice(0, LONGEST_TITLE)
    .replace(/<[^>]*>/g, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\s*#+\s*/, '')
    .replace(/(\*\*|__|~~|`)(.+?)\1/g, '$2')
    .replace(/(^|\s)([*_])(\S(?:.*?\S)?)\2(?=\s|$|[.,:;!?])/g, '$1$3')
    .replace(/\s+/g, ' ')
    .trim();
}
