import { cellHead, headingOf } from '../../../../src/panel/resume/cellList';

describe('what a cell is called in the list of those that would run', () => {
  it.each([
    [
      'its comment',
      '\n# 4. The training\nimport math',
      { words: '4. The training' }
    ],
    ['a title of Colab', '#@title Data\nload()', { words: 'Data' }],
    ['no ruler', '# -----\nload()', { words: 'Above', code: 'load()' }],
    ['no import', 'import math\nx = 1', { words: 'Above', code: 'x = 1' }],
    [
      'no import of several lines',
      'from os import (\n    path,\n    sep\n)\nfrom re import (I)\nx = 1',
      { words: 'Above', code: 'x = 1' }
    ],
    ['imports alone', 'import math', { words: 'Above', code: 'import math' }]
  ])('%s', (_, source, head) => {
    expect(cellHead(source, undefined, 'Above')).toEqual(head);
  });

  it('is its snippet where it says nothing itself', () => {
    expect(cellHead('import math\nx = 1', 'Mount Drive', 'Above')).toEqual({
      words: 'Mount Drive'
    });
    expect(cellHead('import math\nx = 1')).toEqual({ code: 'x = 1' });
  });

  it('knows headings from comments in fences', () => {
    expect(headingOf('# One\ntext\n## Two ##\n```\n# no\n```')).toBe('Two');
    expect(headingOf('**bold**\n#tag')).toBeUndefined();
  });
});
