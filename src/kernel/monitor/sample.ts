import {
  FEW,
  type Fields,
  isThere,
  number,
  numbers,
  object,
  objects,
  PATH,
  path,
  text,
  texts
} from '../transport/readJson';

/*
 * A sample: its types, its empty value, and how what a kernel sends is read as one.
 * A part that is malformed counts as not known.
 */

/** What Check GPU finds, as a code; `verdictText.ts` has the words. */
export type Verdict =
  | 'ok'
  | 'no-gpu'
  | 'driver-broken'
  | 'cpu-build'
  | 'framework-missing'
  | 'memory-taken'
  | 'tpu'
  | 'apple-gpu';

/** A GPU. Sizes are bytes, temperature °C, power W; null is "not known". */
export interface IDevice {
  index: number;
  name: string;
  memory_used: number | null;
  memory_total: number | null;
  /** Percent. */
  utilization: number | null;
  temperature: number | null;
  power: number | null;
  power_limit: number | null;
  /** Slices of a GPU that is divided (MIG). */
  slices: {
    name: string;
    memory_used: number | null;
    memory_total: number | null;
  }[];
  /** What PyTorch in this kernel has taken; null where it uses no CUDA. */
  torch_allocated: number | null;
  torch_reserved: number | null;
}

/** A training run: one in the durable folder, or one alive in the kernel. */
export interface IRun {
  name: string;
  folder: string;
  /** There is a `Run` of it in this kernel. */
  live: boolean;
  step: number;
  epoch: number | null;
  /** The newest committed step, and when it was saved (seconds since 1970). */
  committed: number | null;
  saved: number | null;
  /** The last try to save failed. */
  failed: boolean;
  /** The moment that it was to save. */
  failed_at?: number | null;
  /** Bytes of all its steps. */
  size: number;
  state: 'local' | 'mirroring' | 'mirrored' | 'damaged' | 'unsaved';
  finished: boolean;
  /**
   * When something was written into it, and by when it is again if it is being
   * trained. null: a lock tells whether it is, or it is finished.
   */
  written?: number | null;
  due?: number | null;
  /** Changes with each write. */
  sign?: string;
  resumed_from: number | null;
  metrics: Record<string, number>;
  /** Step and what was logged there, oldest first, thinned. */
  history: [number, Record<string, number>][];
}

/**
 * What a kernel knows of itself and its machine at one moment. A part that
 * failed is null or empty, with its reason in `problems`.
 */
export interface ISample {
  /** Seconds since 1970, by the kernel's clock. */
  time: number;
  /** A cell of the user's is running. */
  busy: boolean;
  /** Seconds until the next push while a cell runs. */
  interval: number;
  /** Seconds of processor time that this sample took. */
  cost: number;
  kernel: {
    pid: number;
    host: string;
    started: number | null;
    python: string;
    runtime_kit: boolean;
    /** It can be asked over a subshell while a cell runs. */
    subshells?: boolean;
  };
  platform: {
    id: string;
    name: string;
    durable: string | null;
    /** The platform's id where there is something to do about it, else empty. */
    advice: string;
    session_hours: number | null;
    idle_minutes: number | null;
    /** The limits are best knowledge, not read from anywhere. */
    estimate: boolean;
    /** When the runtime (container, virtual machine) started. */
    started: number | null;
  } | null;
  accelerator: {
    verdict: Verdict;
    /** The code of what to do about it. */
    advice: string;
    source:
      '' | 'nvml' | 'nvidia-smi' | 'amd-smi' | 'rocm-smi' | 'tpu' | 'apple';
    devices: IDevice[];
    /**
     * When it was asked, and how often it is while a cell runs: what starts a
     * process each time is asked less often than the rest. Absent: with it.
     */
    time?: number;
    interval?: number;
  } | null;
  /** Bytes. */
  memory: {
    process: number | null;
    used: number | null;
    limit: number | null;
    source: 'cgroup' | 'machine';
  } | null;
  disks: {
    path: string;
    role: 'working' | 'durable';
    free: number;
    total: number;
  }[];
  storage: {
    provider: string;
    path: string;
    durable: boolean;
    healthy: boolean | null;
    detail: string;
  } | null;
  runs: IRun[];
  /** How many older runs are not read: that would cost too much. */
  runs_left_out: number;
  /** Why a part is not known: `accelerator`, `memory`, `disks`, `storage`, `runs`. */
  problems: Record<string, string>;
}

/** The parts of a sample that sections of the panel show. */
export type SamplePart = Exclude<
  keyof ISample,
  'time' | 'busy' | 'interval' | 'cost' | 'problems'
>;

/**
 * A sample of which nothing is known: what a kernel's older or newer `runtime_kit`
 * does not send stays so. A new part gets its type above and its place here.
 */
export const EMPTY_SAMPLE: Omit<ISample, 'time'> = {
  busy: false,
  interval: 0,
  cost: 0,
  kernel: { pid: 0, host: '', started: null, python: '', runtime_kit: false },
  platform: null,
  accelerator: null,
  memory: null,
  disks: [],
  storage: null,
  runs: [],
  runs_left_out: 0,
  problems: {}
};

/** A sample as it comes from the kernel: what did not change may be left out. */
export type RawSample = Omit<Partial<ISample>, 'runs'> & {
  runs?: (Omit<IRun, 'history'> & Partial<Pick<IRun, 'history'>>)[];
};

const RUNS = 200;
const HISTORY = 1000;
const DEVICES = 64;
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
