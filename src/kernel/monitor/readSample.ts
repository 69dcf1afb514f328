import type { IAnswered, RawSample } from './monitorProtocol';
import type { IDevice, IRun, ISample, SamplePart, Verdict } from './sample';

/*
 * What a kernel sends is what some code of its notebook wants the page to have.
 * Here it becomes what the types say: a part that is malformed counts as not
 * known, and nothing is longer than a panel can show.
 */

/** At most so many characters of a text, and of a path. */
const TEXT = 500;
const PATH = 4096;
/** At most so many entries of each list. */
const RUNS = 200;
const HISTORY = 1000;
const METRICS = 50;
const DEVICES = 64;
const FEW = 16;

const SOURCES = [
  '',
  'nvml',
  'nvidia-smi',
  'amd-smi',
  'rocm-smi',
  'tpu',
  'apple'
] as const;
const STATES = [
  'local',
  'mirroring',
  'mirrored',
  'damaged',
  'unsaved'
] as const;

type Fields = Record<string, unknown>;

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

/** How each part is read; null is not known. A part without a reader does not compile. */
const READERS: {
  [K in SamplePart]: (value: unknown) => RawSample[K] | null;
} = {
  kernel: readKernel,
  platform: readPlatform,
  accelerator: readAccelerator,
  memory: readMemory,
  disks: value => objects(value, FEW).map(readDisk).filter(isThere),
  storage: readStorage,
  runs: value => objects(value, RUNS).map(readRun).filter(isThere),
  runs_left_out: value => Math.max(number(value) ?? 0, 0)
};

/** A sample as its type says; what was left out stays out. */
export function readSample(value: unknown): RawSample {
  const fields = object(value) ?? {};
  const sample: RawSample = {
    busy: fields.busy === true,
    problems: texts(fields.problems)
  };
  for (const name of ['time', 'interval', 'cost'] as const) {
    const known = number(fields[name]);
    if (known !== null) {
      sample[name] = known;
    }
  }
  for (const name of Object.keys(READERS) as SamplePart[]) {
    const known = READERS[name](fields[name]);
    if (known !== null) {
      Object.assign(sample, { [name]: known });
    }
  }
  const cut = objects(fields.runs, Infinity).length - RUNS;
  sample.runs_left_out = (sample.runs_left_out ?? 0) + Math.max(cut, 0);
  return sample;
}

function readKernel(value: unknown): ISample['kernel'] | null {
  const fields = object(value);
  return (
    fields && {
      pid: number(fields.pid) ?? 0,
      host: text(fields.host),
      started: number(fields.started),
      python: text(fields.python),
      runtime_kit: fields.runtime_kit === true,
      subshells: fields.subshells === true
    }
  );
}

function readPlatform(value: unknown): ISample['platform'] {
  const fields = object(value);
  return (
    fields && {
      id: text(fields.id),
      name: text(fields.name),
      durable: path(fields.durable),
      advice: text(fields.advice),
      session_hours: number(fields.session_hours),
      idle_minutes: number(fields.idle_minutes),
      estimate: fields.estimate === true,
      started: number(fields.started)
    }
  );
}

function readAccelerator(value: unknown): ISample['accelerator'] {
  const fields = object(value);
  // Other words, of another version of the kernel's part, are shown as they are.
  const verdict = text(fields?.verdict) as Verdict;
  if (!fields || !verdict) {
    return null;
  }
  const time = number(fields.time);
  const interval = number(fields.interval);
  return {
    verdict,
    advice: text(fields.advice),
    source: SOURCES.find(each => each === fields.source) ?? '',
    devices: objects(fields.devices, DEVICES).map(readDevice),
    ...(time === null ? {} : { time }),
    ...(interval === null ? {} : { interval })
  };
}

function readDevice(fields: Fields, position: number): IDevice {
  return {
    index: number(fields.index) ?? position,
    name: text(fields.name),
    memory_used: number(fields.memory_used),
    memory_total: number(fields.memory_total),
    utilization: number(fields.utilization),
    temperature: number(fields.temperature),
    power: number(fields.power),
    power_limit: number(fields.power_limit),
    slices: objects(fields.slices, FEW).map(slice => ({
      name: text(slice.name),
      memory_used: number(slice.memory_used),
      memory_total: number(slice.memory_total)
    })),
    torch_allocated: number(fields.torch_allocated),
    torch_reserved: number(fields.torch_reserved)
  };
}

function readMemory(value: unknown): ISample['memory'] {
  const fields = object(value);
  return (
    fields && {
      process: number(fields.process),
      used: number(fields.used),
      limit: number(fields.limit),
      source: fields.source === 'cgroup' ? 'cgroup' : 'machine'
    }
  );
}

function readDisk(fields: Fields): ISample['disks'][number] | null {
  const place = path(fields.path);
  const free = number(fields.free);
  const total = number(fields.total);
  if (place === null || free === null || total === null) {
    return null;
  }
  const role = fields.role === 'durable' ? 'durable' : 'working';
  return { path: place, role, free, total };
}

function readStorage(value: unknown): ISample['storage'] {
  const fields = object(value);
  return (
    fields && {
      provider: text(fields.provider),
      path: text(fields.path, PATH),
      durable: fields.durable === true,
      healthy: typeof fields.healthy === 'boolean' ? fields.healthy : null,
      detail: text(fields.detail)
    }
  );
}

type RawRun = NonNullable<RawSample['runs']>[number];

function readRun(fields: Fields): RawRun | null {
  const folder = path(fields.folder);
  if (folder === null) {
    return null;
  }
  const run: Omit<IRun, 'history'> = {
    name: text(fields.name),
    folder,
    live: fields.live === true,
    step: number(fields.step) ?? 0,
    epoch: number(fields.epoch),
    committed: number(fields.committed),
    saved: number(fields.saved),
    failed: fields.failed === true,
    size: number(fields.size) ?? 0,
    state: STATES.find(each => each === fields.state) ?? 'damaged',
    finished: fields.finished === true,
    resumed_from: number(fields.resumed_from),
    metrics: numbers(fields.metrics)
  };
  for (const name of ['failed_at', 'written', 'due'] as const) {
    if (name in fields) {
      run[name] = number(fields[name]);
    }
  }
  if (typeof fields.sign === 'string') {
    run.sign = text(fields.sign);
  }
  return Array.isArray(fields.history)
    ? { ...run, history: readHistory(fields.history) }
    : run;
}

function readHistory(entries: readonly unknown[]): IRun['history'] {
  const history: IRun['history'] = [];
  for (const entry of entries.slice(-HISTORY)) {
    const step = Array.isArray(entry) ? number(entry[0]) : null;
    if (step !== null) {
      history.push([step, numbers((entry as unknown[])[1])]);
    }
  }
  return history;
}

function isThere<T>(value: T | null): value is T {
  return value !== null;
}

function object(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : null;
}

function objects(value: unknown, most: number): Fields[] {
  const list: unknown[] = Array.isArray(value) ? value : [];
  return list.slice(0, most).map(object).filter(isThere);
}

function text(value: unknown, most = TEXT): string {
  return typeof value === 'string' ? value.slice(0, most) : '';
}

/** A path that is too long is none: cut, it would name something else. */
function path(value: unknown): string | null {
  return typeof value === 'string' && value.length <= PATH ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function numbers(value: unknown): Record<string, number> {
  const found = Object.entries(object(value) ?? {}).slice(0, METRICS);
  return Object.fromEntries(
    found
      .filter(([name, each]) => number(each) !== null && name.length <= TEXT)
      .map(([name, each]) => [name, each as number])
  );
}

function values(value: unknown): Record<string, string | number> {
  const found = Object.entries(object(value) ?? {}).slice(0, FEW);
  return Object.fromEntries(
    found.map(([name, each]) => [name, number(each) ?? text(each, PATH)])
  );
}

function texts(value: unknown): Record<string, string> {
  const found = Object.entries(object(value) ?? {}).slice(0, FEW);
  return Object.fromEntries(found.map(([name, each]) => [name, text(each)]));
}
