import type { TranslationBundle } from '@jupyterlab/translation';

import type { IDevice, ISample } from '../../kernel/monitor/monitor';
import type { RuntimeModel } from '../model/runtimeModel';
import { duration, memoryOf, shortName } from '../../ui/format';

/** `T4 62 % · 3.1/15 GB · 5 h 12 min`: what chip and status bar say. */
export function summary(model: RuntimeModel, trans: TranslationBundle): string {
  const { sample } = model;
  if (!sample) {
    return '';
  }
  const devices = sample.accelerator?.devices ?? [];
  const parts = devices.length
    ? [deviceWords(devices, trans), deviceMemory(devices, trans)]
    : [trans.__('CPU'), processMemory(sample, trans)];
  const { left } = model.time;
  if (left !== null) {
    parts.push(duration(trans, left));
  }
  return parts.filter(Boolean).join(' · ');
}

function deviceWords(
  devices: readonly IDevice[],
  trans: TranslationBundle
): string {
  const name = shortName(devices[0].name);
  const known = devices
    .map(({ utilization }) => utilization)
    .filter(value => value !== null);
  const names = devices.length > 1 ? `${devices.length} × ${name}` : name;
  if (known.length === 0) {
    return names;
  }
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return trans.__('%1 %2 %', names, Math.round(mean));
}

function deviceMemory(
  devices: readonly IDevice[],
  trans: TranslationBundle
): string {
  const sum = (key: 'memory_used' | 'memory_total'): number =>
    devices.reduce((total, device) => total + (device[key] ?? 0), 0);
  return sum('memory_total')
    ? memoryOf(trans, sum('memory_used'), sum('memory_total'))
    : '';
}

function processMemory({ memory }: ISample, trans: TranslationBundle): string {
  return memory && memory.used !== null
    ? memoryOf(trans, memory.used, memory.limit)
    : '';
}
