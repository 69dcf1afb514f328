import { execFileSync } from 'child_process';
import { existsSync } from 'fs';
import path from 'path';

import {
  ADVICE,
  codeText,
  PLATFORM_ADVICE,
  VERDICTS
} from '../../../../src/panel/format/verdictText';
import { korean } from '../../korean';

const ROOT = path.resolve(__dirname, '../../../..');
const OWN = path.join(ROOT, '.venv/bin/python');

const CODES = `
import json
from runtime_kit import platform
from runtime_kit.accelerator.verdict import ADVICE, VERDICTS

rules = platform.PLATFORMS
gpus = [f"gpu-on-{rule.id}" for rule in rules if rule.gpu_advice]
advice = [rule.id for rule in rules if rule.advice]
print(json.dumps([list(VERDICTS), [*ADVICE, *gpus], advice]))
`;

describe('the codes that the kernel sends', () => {
  it('have words here, each of them, and there are no others', () => {
    const text = execFileSync(
      existsSync(OWN) ? OWN : 'python3',
      ['-c', CODES],
      {
        cwd: ROOT,
        encoding: 'utf8'
      }
    );
    const [verdicts, advice, platforms] = JSON.parse(text);
    expect(Object.keys(VERDICTS)).toEqual(verdicts);
    expect(Object.keys(ADVICE).sort()).toEqual(advice.sort());
    expect(Object.keys(PLATFORM_ADVICE).sort()).toEqual(platforms.sort());
  });

  it('are said in the language of the interface', async () => {
    const trans = await korean({ 'No GPU': ['GPU 없음'] });
    expect(codeText('no-gpu', VERDICTS, trans)).toBe('GPU 없음');
    expect(codeText('of another version', VERDICTS, trans)).toBe(
      'of another version'
    );
  });
});
