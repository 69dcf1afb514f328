import type { Answer } from '../transport/evaluate';
import type { IRun, ISample } from './sample';

/** A sample as it comes from the kernel: what did not change may be left out. */
export type RawSample = Omit<Partial<ISample>, 'runs'> & {
  runs?: (Omit<IRun, 'history'> & Partial<Pick<IRun, 'history'>>)[];
};

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
  /** Asked beside a cell that had ended by then. */
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
