import {
  acceptedSnippet,
  completionItems
} from '../../../src/completion/completionItems';
import { SnippetLibrary } from '../../../src/library/snippetLibrary';

const text = (id: string, language: string): string =>
  `# ---\n# title: T ${id}\n# description: D\n# languages: [${language}]\n# ---\n# %%\n${id.length}\n`;

const library = new SnippetLibrary();
library.setUserSnippets({
  check: text('check', 'python'),
  'check-all': text('check-all', 'python'),
  plot: text('plot', 'r')
});

const offered = (typed: string, language: string | null = 'python'): string[] =>
  completionItems(library, ['hid'], typed, language).items.map(i => i.label);

describe('offers', () => {
  it.each([
    ['rk-', ['rk-check', 'rk-check-all']],
    ['rk-ch', ['rk-check', 'rk-check-all']],
    ['rk-check-', ['rk-check-all']],
    ['che', ['check', 'check-all']],
    ['ch', []],
    ['', []],
    ['rk', []],
    ['x = rk-', []],
    ['rk-\n', []],
    ['rk-plot', []]
  ])('%j', (typed, labels) => expect(offered(typed)).toEqual(labels));

  it('by language and without hidden ones', () => {
    expect(offered('rk-', 'r')).toEqual(['rk-plot']);
    expect(offered('rk-', null)).toHaveLength(3);
    expect(
      completionItems(library, ['check'], 'rk-', 'python').items
    ).toHaveLength(1);
  });

  it('with a preview', () => {
    const [{ documentation }] = completionItems(
      library,
      [],
      'rk-check-',
      'python'
    ).items;
    expect(documentation).toBe('T check-all\nD\n\n9');
  });

  it('only what was chosen is accepted, not a part that ids have in common', () => {
    const { items } = completionItems(library, [], 'rk-', 'python');
    expect(items.map(i => acceptedSnippet(library, i.insertText!))).toEqual([
      'check',
      'check-all'
    ]);
    for (const typed of [
      'check',
      'rk-check',
      'rk-none ',
      'rk- ',
      ' ',
      'a = 1 '
    ]) {
      expect(acceptedSnippet(library, typed)).toBeNull();
    }
  });
});
