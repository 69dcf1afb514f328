import { nullTranslator } from '@jupyterlab/translation';

import {
  ago,
  duration,
  fileSize,
  memoryOf,
  metric,
  shortened,
  shortName
} from '../../../src/ui/format';

const trans = nullTranslator.load('');

it.each([
  [0, '0 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [3600, '1 h'],
  [18720, '5 h 12 min'],
  [86400, '1 d'],
  [100000, '1 d 3 h']
])('duration of %s s', (seconds, words) => {
  expect(duration(trans, seconds)).toBe(words);
});

it.each([
  [3, 'just now'],
  [14, '10 s ago'],
  [60, '1 minute ago'],
  [200, '3 minutes ago'],
  [7260, '2 h 1 min ago']
])('%s s ago', (seconds, words) => {
  expect(ago(trans, seconds)).toBe(words);
});

it.each([
  [200, '0 kB'],
  [12_300_000, '12 MB'],
  [1.55e9, '1.6 GB'],
  [2e12, '2 TB']
])('size of %s bytes', (bytes, words) => {
  expect(fileSize(trans, bytes)).toBe(words);
});

it('names what is known of a memory', () => {
  expect(memoryOf(trans, 2 ** 30, 15.9 * 2 ** 30)).toBe('1 / 16 GB');
  expect(memoryOf(trans, 2 ** 30, null)).toBe('1 GB');
  expect(memoryOf(trans, null, 2 ** 30)).toBe('unknown');
});

it.each([
  ['Tesla T4', 'T4'],
  ['NVIDIA A100-SXM4-40GB', 'A100'],
  ['NVIDIA GeForce RTX 3090', 'RTX 3090'],
  ['NVIDIA H100 80GB HBM3', 'H100 80GB'],
  ['AMD Instinct MI300X', 'Instinct MI300X'],
  ['TPU v5 lite', 'TPU v5 lite']
])('short name of %s', (name, short) => {
  expect(shortName(name)).toBe(short);
});

it('writes metrics with four digits', () => {
  expect([0.123456, 12345, 1e-9, NaN].map(metric)).toEqual([
    '0.1235',
    '12350',
    '1e-9',
    '–'
  ]);
});

it('shortens a name in its middle, and no letter', () => {
  const name = `resnet50-${'x'.repeat(150)}-last-try`;
  expect(shortened(name)).toBe('resnet50-xxxxxxxxxxx…xxxxxxxxxx-last-try');
  expect(shortened('🚀'.repeat(41))).toBe(
    `${'🚀'.repeat(20)}…${'🚀'.repeat(19)}`
  );
  expect(shortened('x'.repeat(40))).toBe('x'.repeat(40));
});
