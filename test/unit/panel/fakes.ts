import { Signal } from '@lumino/signaling';

import type { ICellNames } from '../../../src/kernel/queries/cellNames';
import type {
  IActionAnswer,
  ICheckpointAnswer,
  IMonitor,
  IRun,
  ISample,
  MonitorState
} from '../../../src/kernel/monitor/monitor';
import { KitSettings } from '../../../src/settings/settings';
import type { IKitSettingsValues } from '../../../src/tokens';
import { T4 } from '../../fixtures/t4';
import { EMPTY_SAMPLE } from '../../../src/kernel/monitor/sample';

export { T4 };

/** What a cell does with names that does nothing with any. */
export const NO_NAMES: ICellNames = {
  binds: [],
  reads: [],
  touches: [],
  calls: [],
  trains: [],
  training_functions: [],
  runs: [],
  strings: []
};

/** A monitor that shows what a test gives it. */
export class FakeMonitor implements IMonitor {
  latest: ISample | null = null;
  state: MonitorState = 'connecting';
  reason = '';
  isDisposed = false;
  sampled: Signal<IMonitor, ISample> = new Signal(this);
  stateChanged: Signal<IMonitor, void> = new Signal(this);
  calls: string[] = [];

  push(sample: ISample): void {
    this.latest = sample;
    this.state = sample.busy ? 'live' : 'idle';
    this.sampled.emit(sample);
  }

  async start(): Promise<void> {
    this.calls.push('start');
  }

  stop(): void {
    this.calls.push('stop');
  }

  async refresh(): Promise<void> {
    this.calls.push('refresh');
  }

  async checkpointNow(run: string): Promise<ICheckpointAnswer> {
    this.calls.push(`checkpoint ${run}`);
    return { ok: true, step: 7, text: 'step 7 is committed' };
  }

  async act(
    action: string,
    args: Record<string, string>
  ): Promise<IActionAnswer> {
    this.calls.push(`${action} ${JSON.stringify(args)}`);
    return { ok: true, text: 'done' };
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

/** Settings as a test wants them. */
export class FakeSettings extends KitSettings {
  constructor(private _set: Partial<IKitSettingsValues> = {}) {
    super();
  }

  get values(): IKitSettingsValues {
    return { ...super.values, ...this._set };
  }

  put(values: Partial<IKitSettingsValues>): void {
    this._set = { ...this._set, ...values };
    (this.changed as Signal<this, void>).emit();
  }
}

/** A run that was saved at 900 s. */
export function run(values: Partial<IRun> = {}): IRun {
  return {
    name: 'digits',
    folder: '/drive/runs/digits',
    live: false,
    step: 1230,
    epoch: 3,
    committed: 1230,
    saved: 900,
    failed: false,
    size: 12_300_000,
    state: 'mirrored',
    finished: false,
    resumed_from: null,
    metrics: { loss: 0.25 },
    history: [
      [100, { loss: 1 }],
      [1230, { loss: 0.25 }]
    ],
    ...values
  };
}

/** A sample of a Colab machine, one hour after its start. */
export function sample(values: Partial<ISample> = {}): ISample {
  return {
    ...EMPTY_SAMPLE,
    time: 3600,
    busy: true,
    interval: 2,
    cost: 0.001,
    kernel: {
      pid: 1,
      host: 'machine',
      started: 1000,
      python: '3.13',
      runtime_kit: true
    },
    platform: {
      id: 'colab',
      name: 'Colab',
      durable: '/drive',
      advice: '',
      session_hours: 12,
      idle_minutes: 90,
      estimate: true,
      started: 0
    },
    accelerator: { verdict: 'ok', advice: '', source: 'nvml', devices: [T4] },
    memory: {
      process: 2 ** 30,
      used: 4 * 2 ** 30,
      limit: 12 * 2 ** 30,
      source: 'cgroup'
    },
    disks: [
      { path: '/content', role: 'working', free: 50e9, total: 100e9 },
      { path: '/drive', role: 'durable', free: 1e9, total: 15e9 }
    ],
    storage: {
      provider: 'Google Drive',
      path: '/drive',
      durable: true,
      healthy: true,
      detail: ''
    },
    runs: [run()],
    ...values
  };
}
