import { LineScanner } from '../format/scan';
import { plainTitle, readFormComment } from './formcomments';
import { readLooseSpec } from './loosespec';
import { findParamComment } from './parammark';

/** What somebody wrote about a parameter. */
export interface IParameterComments {
  /** Lines directly above it; they may be about those below it too. */
  readonly above?: string;
  /** Behind its `@param`. */
  readonly behind?: string;
}

/** Comments for programs, code that is no more, and the title of the whole form. */
const FOR_PROGRAMS =
  /^(@(?!markdown\b)|[%!]|noqa\b|type:|ruff:|pylint:|fmt:|-\*-|(?:en)?coding[:=])|#\s*@param\b|^(?!default)\w+ *= *[A-Za-z_"']/i;

/**
 * The comments at a `@param` line.
 *
 * @param line - 1-based.
 * @param withMarkdown - Whether `@markdown` lines above count, which a form that
 * shows them in their own place has already.
 */
export function parameterComments(
  source: string,
  line: number,
  withMarkdown = true
): IParameterComments {
  const lines = source.split('\n');
  const isWord = (text: string | undefined): boolean =>
    /^\s*#/.test(text ?? '') &&
    (withMarkdown || !readFormComment(text as string));
  const near = commentsAt(lines, line - 1, isWord);
  const text = lines[line - 1] ?? '';
  const { comment } = new LineScanner().scan(text);
  const found = comment < 0 ? null : findParamComment(text, comment);
  const above = sentence(near.above);
  const behind = sentence([
    ...(found?.before.split('#') ?? []),
    noteOf(found?.spec ?? ''),
    ...near.below
  ]);
  return { ...(above ? { above } : {}), ...(behind ? { behind } : {}) };
}

/**
 * The comment lines that are about a parameter: those directly above it, or below
 * where the author has it so with all parameters that stand together.
 */
function commentsAt(
  lines: readonly string[],
  at: number,
  isWord: (line: string | undefined) => boolean
): { above: string[]; below: string[] } {
  const isParameter = (i: number): boolean =>
    !isWord(lines[i]) && /#\s*@param\b/.test(lines[i] ?? '');
  const isPart = (i: number): boolean => isWord(lines[i]) || isParameter(i);
  let [first, last] = [at, at];
  while (isPart(first - 1)) {
    first--;
  }
  while (isPart(last + 1)) {
    last++;
  }
  const together = Array.from(
    { length: last - first + 1 },
    (_, i) => first + i
  );
  const isBelow =
    isParameter(first) &&
    !lines[last + 1]?.trim() &&
    together.every(i => isWord(lines[i]) || isWord(lines[i + 1]));
  const above: string[] = [];
  const below: string[] = [];
  for (let i = at + 1; isBelow && isWord(lines[i]); i++) {
    below.push(lines[i]);
  }
  for (let i = at - 1; !isBelow && isWord(lines[i]); i--) {
    above.unshift(lines[i]);
  }
  return { above, below };
}

function sentence(comments: readonly string[]): string {
  return comments
    .map(wordsOf)
    .filter(words => words !== '')
    .join(' ');
}

function noteOf(spec: string): string {
  try {
    return readLooseSpec(spec).note;
  } catch {
    return '';
  }
}

/** The words of a comment, without its marks and the lines drawn around it. */
function wordsOf(comment: string): string {
  const text = comment.replace(/^\s*#+\s*/, '').trim();
  return /[\p{L}\p{N}]/u.test(text) && !FOR_PROGRAMS.test(text)
    ? plainTitle(text.replace(/^@markdown\s*|^\d+\.\s+/, '')).replace(
        /^[-=*#~_]{2,}\s*|\s*[-=*#~_]{2,}$/g,
        ''
      )
    : '';
}
