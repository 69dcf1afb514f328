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
    /** It can be asked beside a cell that runs. */
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
