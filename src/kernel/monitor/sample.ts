import {
  FEW,
  flag,
  ifKnown,
  type Known,
  list,
  longText,
  number,
  numberOrZero,
  numbers,
  object,
  oneOf,
  path,
  record,
  shape,
  text
} from '../transport/readJson';

/*
 * A sample: how what a kernel sends is read, and the types that follow from that.
 * A part that is malformed counts as not known.
 */

const RUNS = 200;
const HISTORY = 1000;
const DEVICES = 64;

/** What Check GPU finds, as a code; `verdictText.ts` has the words. */
type Verdict =
  | 'ok'
  | 'no-gpu'
  | 'driver-broken'
  | 'cpu-build'
  | 'framework-missing'
  | 'memory-taken'
  | 'tpu'
  | 'apple-gpu';

const readKernel = shape(
  {
    pid: numberOrZero,
    host: text,
    started: number,
    python: text,
    runtime_kit: flag
  },
  {
    /** It can be asked over a subshell while a cell runs. */
    subshells: flag,
    /** Files that were not imported for a sample: they lie below the working directory. */
    ignored: list(text, FEW)
  }
);

const readPlatform = shape({
  id: text,
  name: text,
  durable: path,
  /** The platform's id where there is something to do about it, else empty. */
  advice: text,
  session_hours: number,
  idle_minutes: number,
  /** The limits are best knowledge, not read from anywhere. */
  estimate: flag,
  /** When the runtime (container, virtual machine) started. */
  started: number
});

const MEMORY = { memory_used: number, memory_total: number };

/** A GPU. Sizes are bytes, temperature °C, power W; null is "not known". */
const readDevice = shape({
  ...MEMORY,
  index: number,
  name: text,
  /** Percent. */
  utilization: number,
  temperature: number,
  power: number,
  power_limit: number,
  /** Slices of a GPU that is divided (MIG). */
  slices: list(shape({ ...MEMORY, name: text }), FEW),
  /** What PyTorch in this kernel has taken; null where it uses no CUDA. */
  torch_allocated: number,
  torch_reserved: number
});

const readAccelerator = shape(
  {
    /** Other words, of another version of the kernel's part, are shown as they are. */
    verdict: value => (text(value) || null) as Verdict | null,
    /** The code of what to do about it. */
    advice: text,
    source: oneOf(
      ['', 'nvml', 'nvidia-smi', 'amd-smi', 'rocm-smi', 'tpu', 'apple'],
      ''
    ),
    devices: value =>
      list(
        readDevice,
        DEVICES
      )(value).map((device, position) => ({
        ...device,
        index: device.index ?? position
      }))
  },
  {
    /**
     * When it was asked, and how often it is while a cell runs: what starts a
     * process each time is asked less often than the rest. Absent: with it.
     */
    time: ifKnown(number),
    interval: ifKnown(number)
  },
  ['verdict']
);

/** Bytes. */
const readMemory = shape({
  process: number,
  used: number,
  limit: number,
  source: oneOf(['cgroup', 'machine'], 'machine')
});

const readDisk = shape(
  {
    path,
    role: oneOf(['working', 'durable'], 'working'),
    free: number,
    total: number
  },
  {},
  ['path', 'free', 'total']
);

const readStorage = shape({
  provider: text,
  path: longText,
  durable: flag,
  healthy: value => (typeof value === 'boolean' ? value : null),
  detail: text
});

/** A training run: one in the durable folder, or one alive in the kernel. */
const readRun = shape(
  {
    name: text,
    folder: path,
    /** There is a `Run` of it in this kernel. */
    live: flag,
    step: numberOrZero,
    epoch: number,
    /** The newest committed step, and when it was saved (seconds since 1970). */
    committed: number,
    saved: number,
    /** The last try to save failed. */
    failed: flag,
    /** Bytes of all its steps. */
    size: numberOrZero,
    state: oneOf(
      ['local', 'mirroring', 'mirrored', 'damaged', 'unsaved'],
      'damaged'
    ),
    finished: flag,
    resumed_from: number,
    metrics: numbers
  },
  {
    /** The moment that it was to save. */
    failed_at: number,
    /**
     * When something was written into it, and by when it is again if it is being
     * trained. null: a lock tells whether it is, or it is finished.
     */
    written: number,
    due: number,
    /** Changes with each write. */
    sign: ifKnown(value => text(value) || null),
    /** Step and what was logged there, oldest first, thinned. */
    history: readHistory
  },
  ['folder']
);

/** How each part is read. One that no section of the panel shows does not compile. */
const PARTS = {
  kernel: readKernel,
  platform: readPlatform,
  accelerator: readAccelerator,
  memory: readMemory,
  disks: list(readDisk, FEW),
  storage: readStorage,
  runs: list(readRun, RUNS),
  /** How many older runs are not read: that would cost too much. */
  runs_left_out: (value: unknown) => Math.max(numberOrZero(value), 0)
};

/** The parts of a sample that sections of the panel show. */
export type SamplePart = keyof typeof PARTS;

type Parts = { [K in SamplePart]: ReturnType<(typeof PARTS)[K]> };
type RawRun = Parts['runs'][number];

export type IDevice = Known<typeof readAccelerator>['devices'][number];
export type IRun = RawRun & Required<Pick<RawRun, 'history'>>;

/**
 * What a kernel knows of itself and its machine at one moment. A part that
 * failed is null or empty, with its reason in `problems`.
 */
export interface ISample extends Omit<Parts, 'kernel' | 'runs'> {
  /** Seconds since 1970, by the kernel's clock. */
  time: number;
  /** A cell of the user's is running. */
  busy: boolean;
  /** Seconds until the next push while a cell runs. */
  interval: number;
  /** Seconds of processor time that this sample took. */
  cost: number;
  kernel: Known<typeof readKernel>;
  runs: IRun[];
  /** Why a part is not known: `accelerator`, `memory`, `disks`, `storage`, `runs`. */
  problems: Record<string, string>;
}

/** A sample as it comes from the kernel: what did not change may be left out. */
export type RawSample = Partial<Omit<ISample, 'runs'> & Pick<Parts, 'runs'>>;

/**
 * A sample of which nothing is known: what a kernel's older or newer `runtime_kit`
 * does not send stays so. A new part gets its reader above and its place here.
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

/** A sample as its type says; what was left out stays out. */
export function readSample(value: unknown): RawSample {
  const fields = object(value) ?? {};
  const readers = { time: number, interval: number, cost: number, ...PARTS };
  const known = Object.entries(readers)
    .map(([name, read]) => [name, read(fields[name])] as const)
    .filter(([, part]) => part !== null);
  const sample: RawSample = {
    busy: flag(fields.busy),
    problems: record(text)(fields.problems),
    ...Object.fromEntries(known)
  };
  const sent = list(object, Infinity)(fields.runs).length;
  sample.runs_left_out! += Math.max(sent - RUNS, 0);
  return sample;
}

function readHistory(
  value: unknown
): [number, Record<string, number>][] | undefined {
  return Array.isArray(value)
    ? value
        .slice(-HISTORY)
        .filter(entry => Array.isArray(entry) && number(entry[0]) !== null)
        .map(([step, metrics]) => [step, numbers(metrics)])
    : undefined;
}
