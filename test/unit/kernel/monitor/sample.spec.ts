import { readAnswered } from '../../../../src/kernel/monitor/monitorProtocol';
import { readSample } from '../../../../src/kernel/monitor/sample';
import { mergeSample } from '../../../../src/kernel/monitor/mergeSample';
import { RuntimeModel } from '../../../../src/panel/model/runtimeModel';
import { summary } from '../../../../src/panel/format/summary';
import { warnings } from '../../../../src/panel/format/warnings';
import { nullTranslator } from '@jupyterlab/translation';
import { FakeMonitor, FakeSettings, sample } from '../../panel/fakes';

const trans = nullTranslator.load('');
const ODD: unknown[] = [
  null,
  {},
  [],
  '',
  'x'.repeat(10_000_000),
  -1,
  NaN,
  Infinity,
  1e308,
  true,
  [null],
  [[[]]],
  { length: 1e9 },
  undefined
];

/** Every place in a value, as the keys that lead there. */
function places(value: unknown, at: (string | number)[] = []): string[][] {
  const found = [at.map(String)];
  if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      found.push(...places(each, [...at, key]));
    }
  }
  return found;
}

function withValue(whole: unknown, at: readonly string[], value: unknown): any {
  if (at.length === 0) {
    return value;
  }
  const copy: any = Array.isArray(whole)
    ? [...whole]
    : { ...(whole as Record<string, unknown>) };
  copy[at[0]] = withValue(copy[at[0]], at.slice(1), value);
  return copy;
}

test('what is well-formed stays as it is', () => {
  const whole = sample();
  const read = mergeSample(readSample(whole), null);
  expect(read.runs).toEqual(whole.runs);
  expect(read.accelerator).toEqual(whole.accelerator);
  expect({ ...read, kernel: null }).toEqual({
    ...whole,
    kernel: null,
    runs_left_out: 0
  });
  expect(read.kernel).toMatchObject(whole.kernel);
});

test('each field may be of any kind, and the views still know what to say', () => {
  const whole = sample();
  const all = places(whole);
  expect(all.length).toBeGreaterThan(60);
  for (const at of all) {
    for (const value of ODD) {
      const read = mergeSample(readSample(withValue(whole, at, value)), null);
      const monitor = new FakeMonitor();
      const model = new RuntimeModel({
        monitor,
        name: () => 'a.ipynb',
        settings: new FakeSettings(),
        now: () => 4000
      });
      monitor.push(read);
      expect(() => {
        summary(model, trans);
        warnings(model, trans);
        JSON.stringify(read);
      }).not.toThrow();
      expect(JSON.stringify(read).length).toBeLessThan(100_000);
      model.dispose();
    }
  }
});

test('sizes have an end', () => {
  const [run] = sample().runs;
  const history = Array.from({ length: 300_000 }, (_, i) => [i, { loss: i }]);
  const runs = Array.from({ length: 20_000 }, (_, i) => ({
    ...run,
    folder: `/runs/${i}`,
    history: i === 0 ? history : []
  }));
  const read = readSample({ ...sample(), runs });
  expect(read.runs).toHaveLength(200);
  expect(read.runs_left_out).toBe(19_800);
  expect(read.runs![0].history).toHaveLength(1000);
  expect(read.runs![0].history![999][0]).toBe(299_999);
});

test('an answer has what its type says', () => {
  for (const odd of ODD) {
    expect(() => readAnswered(odd)).not.toThrow();
    const answer = readAnswered({ ok: odd, text: odd, step: odd, sample: odd });
    expect(typeof answer.ok).toBe('boolean');
    expect(typeof answer.text).toBe('string');
    expect(answer.text!.length).toBeLessThanOrEqual(4096);
    expect(answer.sample!.runs).toEqual([]);
  }
});
