import { nullTranslator } from '@jupyterlab/translation';

import { inLanguage } from '../../../src/library/snippetText';
import { parseBuiltins } from '../../../src/library/builtins';
import { DOMAIN } from '../../../src/ui/translation';
import { korean } from '../korean';

const gpuCheck = parseBuiltins().find(({ id }) => id === 'gpu-check')!;

describe('snippets in the language of the interface', () => {
  it('a built-in one has its translated title and description', async () => {
    const trans = await korean({
      [`snippet\u0004${gpuCheck.title}`]: ['GPU 확인'],
      [`snippet\u0004${gpuCheck.description}`]: ['설명']
    });
    const shown = inLanguage(gpuCheck, trans);
    expect(shown).toEqual({
      ...gpuCheck,
      title: 'GPU 확인',
      description: '설명'
    });
  });

  it("a user's says what its user wrote", async () => {
    const trans = await korean({
      [`snippet\u0004${gpuCheck.title}`]: ['GPU 확인']
    });
    const own = { ...gpuCheck, builtin: false };
    expect(inLanguage(own, trans)).toBe(own);
  });

  it('without translations all stays as written', () => {
    expect(inLanguage(gpuCheck, nullTranslator.load(DOMAIN))).toEqual(gpuCheck);
  });

  it('a plural with two equal forms is used in a language without plurals', async () => {
    const trans = await korean({ '%1 step': ['%1단계', '%1단계'] });
    expect(trans._n('%1 step', '%1 steps', 1)).toBe('1단계');
    expect(trans._n('%1 step', '%1 steps', 3)).toBe('3단계');
  });
});
