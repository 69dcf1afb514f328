import { PARAM_COMMENT } from '../format/parameters';
import { readLooseSpec } from '../format/paramspec';
import { LineScanner } from '../format/scan';
import { readFormComment } from './formcomments';

/** What somebody wrote about a parameter. */
export interface IParameterComments {
  /** Lines directly above it; they may be about those below it too. */
  readonly above?: string;
  /** Behind its `@param`. */
  readonly behind?: string;
}

/** Comments for programs, code that is no more, and the title of the whole form. */
const FOR_PROGRAMS =
  /^(@(?!markdown\b)|[%!]|noqa\b|type:|ruff:|pylint:|fmt:)|#\s*@param\b/;

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
  const above: string[] = [];
  for (let i = line - 2; i >= 0 && /^\s*#/.test(lines[i]); i--) {
    if (!withMarkdown && readFormComment(lines[i])) {
      break;
    }
    above.unshift(wordsOf(lines[i].replace(/^\s*#+\s*/, '')));
  }
  const text = lines[line - 1] ?? '';
  const { comment } = new LineScanner().scan(text);
  const spec = comment < 0 ? null : PARAM_COMMENT.exec(text.slice(comment));
  const behind = wordsOf(noteOf(spec?.[1] ?? ''));
  const words = above.filter(each => each !== '').join(' ');
  return { ...(words ? { above: words } : {}), ...(behind ? { behind } : {}) };
}

function noteOf(spec: string): string {
  try {
    return readLooseSpec(spec).note;
  } catch {
    return '';
  }
}

function wordsOf(comment: string): string {
  return /[\p{L}\p{N}]/u.test(comment) && !FOR_PROGRAMS.test(comment)
    ? comment.replace(/^@markdown\s*|^\d+\.\s+/, '').trim()
    : '';
}
