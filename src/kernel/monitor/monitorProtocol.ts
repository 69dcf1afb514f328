import type { Answer } from '../transport/evaluate';
import {
  flag,
  ifKnown,
  type Known,
  longText,
  number,
  record,
  shape
} from '../transport/readJson';
import { readSample } from './sample';

const readFields = shape(
  {},
  {
    missing: flag,
    pushes: flag,
    sample: readSample,
    ok: flag,
    /** What came of it, and the values of its sentence: see `answerText.ts`. */
    code: longText,
    values: record(value => number(value) ?? longText(value)),
    /** The same in English, or what another program printed. */
    text: longText,
    step: number,
    folder: longText,
    since: ifKnown(number),
    /** Asked over a subshell, while a cell ran that has ended since. */
    ended: flag
  }
);

/** What `link.py` answers; the question decides which keys there are. */
export type IAnswered = Known<typeof readFields>;

/** What a question to the kernel's monitor came to. */
export type Reply =
  { kind: 'value'; value: IAnswered } | Exclude<Answer, { kind: 'value' }>;

/** The parts of an answer to a question, as their types say. */
export function readAnswered(value: unknown): IAnswered {
  return readFields(value) ?? {};
}
