import { nullTranslator } from '@jupyterlab/translation';

import { confirmRewrite } from '../../../src/insert/confirmRewrite';
import type { IRewrite } from '../../../src/insert/rewriteSnippets';

function rewriteOf(before: string, after: string): IRewrite {
  const model = { sharedModel: { getSource: () => before } };
  return {
    snippet: { title: 'Mount Drive' },
    group: { cells: [{ model }] },
    cells: [{ source: after }]
  } as unknown as IRewrite;
}

it('shows both versions before it asks', async () => {
  const trans = nullTranslator.load('');
  const answer = confirmRewrite(
    'Update',
    [rewriteOf('a = 1\nb = 2', 'a = 1\nb = 3\nc = 4')],
    trans
  );
  let sides: Element[] = [];
  for (let i = 0; i < 100 && sides.length < 2; i++) {
    await new Promise(resolve => setTimeout(resolve, 20));
    sides = [...document.querySelectorAll('[aria-label="Mount Drive"]')];
  }
  expect(sides.map(side => side.textContent)).toEqual([
    expect.stringContaining('b = 2'),
    expect.stringContaining('c = 4')
  ]);
  expect(document.querySelector('summary')!.textContent).toBe(
    'Mount Drive: 1 lines removed, 2 lines added'
  );
  document.querySelector<HTMLElement>('.jp-Dialog .jp-mod-reject')!.click();
  expect(await answer).toBe(false);
});
