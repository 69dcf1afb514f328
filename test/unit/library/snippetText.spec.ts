import type { TranslationBundle } from '@jupyterlab/translation';
import { nullTranslator } from '@jupyterlab/translation';

import { inLanguage } from '../../../src/library/snippetText';
import { parseBuiltins } from '../../../src/library/builtins';
import { renderSnippet } from '../../../src/snippets';
import { isRenderingOf } from '../../../src/snippets/format/rendering';
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
    expect(shown).toMatchObject({ title: 'GPU 확인', description: '설명' });
    expect(shown.cells.at(-1)!.source).toMatch(
      /^# @title GPU 확인\nREQUIRE_GPU/
    );
  });

  it('what its cells say is translated, and its parameters keep their places', () => {
    const say = (_: string, text: string): string => `«${text}» 가나다`;
    const trans = { ...nullTranslator.load(DOMAIN), _p: say };
    for (const snippet of parseBuiltins()) {
      const shown = inLanguage(snippet, trans as TranslationBundle);
      shown.parameters.forEach(({ cell, span }, i) => {
        const { span: was } = snippet.parameters[i];
        expect(shown.cells[cell].source.slice(...span)).toBe(
          snippet.cells[cell].source.slice(...was)
        );
      });
      const values = Object.fromEntries(
        snippet.parameters.map(({ name, default: value }) => [name, value])
      );
      for (const { source } of renderSnippet(shown, values)) {
        expect(isRenderingOf(snippet, source)).toBe(true);
      }
      for (const { source } of renderSnippet(snippet, values)) {
        expect(isRenderingOf(shown, source)).toBe(true);
      }
    }
    const checkpoint = parseBuiltins().find(
      ({ id, form }) => id === 'checkpoint-resume' && form === 'standalone'
    )!;
    const [engine, cell] = inLanguage(
      checkpoint,
      trans as TranslationBundle
    ).cells;
    // Of an engine people see the title only.
    const [was, ...code] = checkpoint.cells[0].source.split('\n');
    expect(engine.source.split('\n')).toEqual([
      `# @title «${was.replace('# @title ', '')}» 가나다`,
      ...code
    ]);
    const [title, text, run] = cell.source.split('\n');
    expect(title).toBe('# @title «Checkpoint & resume» 가나다');
    expect(text).toMatch(/^# @markdown «Run this after .*» 가나다$/);
    expect(run).toMatch(
      /^RUN = "run" {2}# @param .*\} # «What is saved.*» 가나다$/
    );
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
