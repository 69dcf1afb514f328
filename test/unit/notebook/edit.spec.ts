import fc from 'fast-check';

import { onlyChanged } from '../../../src/notebook/edit';

const text = fc.string({
  unit: fc.constantFrom('a', '"', '\\', '한', '😀', '😁')
});
const LONE =
  /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

describe('what of a replacement is changed', () => {
  it.each([
    ['x = "digits"', 4, 12, '"digitsX"', { start: 11, end: 11, text: 'X' }],
    ['x = "aa"', 4, 8, '"aaa"', { start: 7, end: 7, text: 'a' }],
    ['x = 0.5', 4, 7, '7', { start: 4, end: 7, text: '7' }],
    ['x = "😀"', 4, 8, '"😁"', { start: 5, end: 7, text: '😁' }]
  ])('%s', (source, start, end, text, expected) => {
    expect(onlyChanged(source, { start, end, text })).toEqual(expected);
  });

  it('gives the same text and divides no character', () => {
    fc.assert(
      fc.property(text, text, text, text, (head, before, after, tail) => {
        const source = head + before + tail;
        const range = { start: head.length, end: head.length + before.length };
        const { start, end, text } = onlyChanged(source, {
          ...range,
          text: after
        });
        const parts = [source.slice(0, start), text, source.slice(end)];
        expect(parts.join('')).toBe(head + after + tail);
        expect(
          [...parts, source.slice(start, end)].some(part => LONE.test(part))
        ).toBe(false);
      })
    );
  });
});
