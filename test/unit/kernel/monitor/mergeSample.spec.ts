import { execFileSync } from 'child_process';
import { existsSync } from 'fs';
import path from 'path';

import { mergeSample } from '../../../../src/kernel/monitor/mergeSample';
import { readSample } from '../../../../src/kernel/monitor/sample';
import { EMPTY_SAMPLE } from '../../../../src/kernel/monitor/sample';

const ROOT = path.resolve(__dirname, '../../../..');
const OWN = path.join(ROOT, '.venv/bin/python');

const SAMPLE = `
import json
from runtime_kit.telemetry.sampler import Sampler

print(json.dumps(Sampler().take(busy=False)))
`;

describe('mergeSample', () => {
  it('knows each part that a real kernel sends, and keeps it', () => {
    const text = execFileSync(
      existsSync(OWN) ? OWN : 'python3',
      ['-c', SAMPLE],
      {
        cwd: ROOT,
        encoding: 'utf8'
      }
    );
    const raw = JSON.parse(text);
    // A part that is new in the sampler has to get its place in sample.ts, where
    // the compiler wants a section of the panel for it.
    expect(Object.keys(raw).sort()).toEqual(
      ['time', ...Object.keys(EMPTY_SAMPLE)].sort()
    );
    // Storage, which is not connected here, says more than the panel shows.
    expect(raw.storage).toBeNull();
    expect(mergeSample(readSample(raw), null)).toEqual(raw);
  });

  it('has the empty value for what is left out or null', () => {
    const read = (raw: object) => mergeSample(readSample(raw), null);
    expect(read({ time: 3 })).toEqual({ time: 3, ...EMPTY_SAMPLE });
    expect(
      read({ time: 3, disks: null, runs: null, kernel: null, problems: null })
    ).toEqual({ time: 3, ...EMPTY_SAMPLE });
  });
});
