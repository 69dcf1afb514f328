import { readFileSync } from 'fs';
import { join } from 'path';

import {
  VERDICT_TEXTS,
  verdictText
} from '../../../../src/panel/format/verdictText';
import { korean } from '../../korean';

const KIT = join(__dirname, '..', '..', '..', '..', 'runtime_kit');

/** The strings of a Python file, without its docstrings and comments. */
function strings(...path: string[]): string[] {
  const code = readFileSync(join(KIT, ...path), 'utf8')
    .replace(/"""[^]*?"""/g, '')
    .replace(/ # .*/g, '');
  return [...code.matchAll(/"([^"\n]*)"|'([^'\n]*)'/g)].map(
    ([, double, single]) => double ?? single
  );
}

describe('what the kernel says', () => {
  it('is known here, word for word', () => {
    const said = strings('accelerator', 'verdict.py');
    const verdicts = said.slice(said.indexOf('framework missing'));
    const sentences = [
      ...said.filter(text => /^[A-Z].*\.$/.test(text)),
      ...verdicts.filter(text => /^[A-Za-z ]+$/.test(text)),
      ...strings('platform.py').filter(text => /^[A-Z].* .*\.$/.test(text))
    ].filter(
      text => !/^(ok|TPU|tpu|apple|torch|cuda|jax|tensorflow)$/.test(text)
    );
    expect(sentences.length).toBeGreaterThan(20);
    expect(VERDICT_TEXTS).toEqual(expect.arrayContaining(sentences));
  });

  it('has no word that the kernel does not say', () => {
    const said = [
      ...strings('accelerator', 'verdict.py'),
      ...strings('platform.py')
    ];
    expect(said).toEqual(expect.arrayContaining(VERDICT_TEXTS));
  });

  it('is said in the language of the interface', async () => {
    const trans = await korean({ 'no GPU': ['GPU 없음'] });
    expect(verdictText('no GPU', trans)).toBe('GPU 없음');
    expect(verdictText('of another version', trans)).toBe('of another version');
  });
});
