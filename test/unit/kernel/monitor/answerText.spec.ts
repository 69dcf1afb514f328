import { execFileSync } from 'child_process';
import { existsSync } from 'fs';
import path from 'path';

import {
  ANSWER_TEXTS,
  answerText
} from '../../../../src/kernel/monitor/answerText';
import { trans } from './fakeKernel';

const ROOT = path.resolve(__dirname, '../../../..');
const OWN = path.join(ROOT, '.venv/bin/python');

const ANSWERS = `
import json, string
from runtime_kit.telemetry import actions

answers = {}
for code, text in actions._TEXTS.items():
    names = [name for _, name, _, _ in string.Formatter().parse(text) if name]
    answers[code] = actions.say(True, code, **{name: f"<{name}>" for name in names})
print(json.dumps(answers))
`;

describe('answerText', () => {
  it('says in the same words what the kernel says in English', () => {
    const text = execFileSync(
      existsSync(OWN) ? OWN : 'python3',
      ['-c', ANSWERS],
      {
        cwd: ROOT,
        encoding: 'utf8'
      }
    );
    const answers = JSON.parse(text);
    expect(Object.keys(ANSWER_TEXTS)).toEqual(Object.keys(answers));
    for (const answer of Object.values<any>(answers)) {
      expect(answerText(answer, trans)).toBe(answer.text);
    }
  });

  it('shows what another program printed as it is', () => {
    const text = 'digits: step 3: state.json is damaged';
    expect(answerText({ ok: false, text }, trans)).toBe(text);
    expect(answerText({ ok: false, code: 'toString', text }, trans)).toBe(text);
  });
});
