/**
 * Texts that some language writes as English does, each with the reason.
 */
export const SAME = {
  'Runtime Kit':
    'the name of the extension; also what the settings editor is searched for',
  CPU: 'an abbreviation that is used as it is',
  GPU: 'an abbreviation that is used as it is',
  TPU: 'an abbreviation that is used as it is',
  'Apple GPU': 'a name',
  'Intel GPU': 'a name'
};
