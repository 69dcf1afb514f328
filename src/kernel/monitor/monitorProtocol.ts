import type { Answer } from '../transport/evaluate';
import { number, object, PATH, text, values } from '../transport/readJson';
import { type RawSample, readSample } from './sample';

/** What `link.py` answers; the question decides which keys there are. */
export interface IAnswered {
  missing?: boolean;
  pushes?: boolean;
  sample?: RawSample;
  ok?: boolean;
  /** What came of it, and the values of its sentence: see `answerText.ts`. */
  code?: string;
  values?: Record<string, string | number>;
  /** The same in English, or what another program printed. */
  text?: string;
  step?: number | null;
  folder?: string;
  since?: number;
  /** Asked over a subshell, while a cell ran that has ended since. */
  ended?: boolean;
}

/** What a question to the kernel's monitor came to. */
export type Reply =
  { kind: 'value'; value: IAnswered } | Exclude<Answer, { kind: 'value' }>;

/** What the kernel sends by itself while a cell runs. */
export interface IPush {
  kind: 'sample';
  sample: RawSample;
}

/** The parts of an answer to a question, as their types say. */
export function readAnswered(value: unknown): IAnswered {
  const fields = object(value) ?? {};
  const answer: IAnswered = {};
  for (const name of ['missing', 'pushes', 'ok', 'ended'] as const) {
    if (name in fields) {
      answer[name] = fields[name] === true;
    }
  }
  for (const name of ['code', 'text', 'folder'] as const) {
    if (name in fields) {
      answer[name] = text(fields[name], PATH);
    }
  }
  if ('values' in fields) {
    answer.values = values(fields.values);
  }
  if ('step' in fields) {
    answer.step = number(fields.step);
  }
  const since = number(fields.since);
  if (since !== null) {
    answer.since = since;
  }
  if ('sample' in fields) {
    answer.sample = readSample(fields.sample);
  }
  return answer;
}
