import { parameterComments } from '../../../../src/snippets/parameters/paramcomments';

describe('the comments at a parameter', () => {
  it.each([
    ['# 1. What it is.\nA = 1 # @param {type:"raw"}', { above: 'What it is.' }],
    ['# One\n# two\nA = 1 # @param', { above: 'One two' }],
    ['#@markdown Colab shows it\nA = 1 #@param', { above: 'Colab shows it' }],
    ['#@title T\n# -----\n# noqa: E1\nA = 1 # @param', {}],
    ['# Of other lines\n\nA = 1 # @param', {}],
    ['# Of B\nB = 1\nA = 1 # @param', {}],
    [
      'A = \'x\' # @param [\'#1\', "#2"] {type:"string"}  # Behind it',
      { behind: 'Behind it' }
    ],
    ['A = "# no" # @param {type:"string"}', {}]
  ])('%j', (source, comments) => {
    expect(parameterComments(source, source.split('\n').length)).toEqual(
      comments
    );
  });
});
