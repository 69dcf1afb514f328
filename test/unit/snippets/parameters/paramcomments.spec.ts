import { parameterComments } from '../../../../src/snippets/parameters/paramcomments';

describe('the comments at a parameter', () => {
  it.each([
    ['# 1. What it is.\nA = 1 # @param {type:"raw"}', { above: 'What it is.' }],
    ['# One\n# two\nA = 1 # @param', { above: 'One two' }],
    ['#@markdown Colab shows it\nA = 1 #@param', { above: 'Colab shows it' }],
    ['#@title T\n# -----\n# noqa: E1\nA = 1 # @param', {}],
    ['# encoding:utf-8\nA = 1 # @param', {}],
    ['# -*- coding: utf-8 -*-\nA = 1 # @param', {}],
    ['# Of other lines\n\nA = 1 # @param', {}],
    ['# Of B\nB = 1\nA = 1 # @param', {}],
    [
      'A = \'x\' # @param [\'#1\', "#2"] {type:"string"}  # Behind it',
      { behind: 'Behind it' }
    ],
    ['A = "# no" # @param {type:"string"}', {}],
    [
      'A = 1 # was 2 # @param {type:"raw"} - How many',
      { behind: 'was 2 How many' }
    ],
    ['A = 1 # type: ignore # @param', {}],
    [
      'A = 1 # @param {type:"raw"} #@markdown A **bold** note',
      { behind: 'A bold note' }
    ],
    ['# ==== Settings ====\nA = 1 # @param', { above: 'Settings' }],
    ['# path = folder + "x"\nA = 1 # @param', {}],
    ['# default = 2\nA = 1 # @param', { above: 'default = 2' }]
  ])('%j', (source, comments) => {
    expect(parameterComments(source, source.split('\n').length)).toEqual(
      comments
    );
  });

  it('are below where the author has them so with all that stand together', () => {
    const below =
      'A = 1 #@param\n# of A\nB = 2 #@param\n# of B\n\nC = 3 #@param';
    expect(parameterComments(below, 1)).toEqual({ behind: 'of A' });
    expect(parameterComments(below, 3)).toEqual({ behind: 'of B' });
    expect(parameterComments(below, 6)).toEqual({});
    const above = 'A = 1 #@param\n# of B\nB = 2 #@param\n# of the code\nf(A)';
    expect(parameterComments(above, 1)).toEqual({});
    expect(parameterComments(above, 3)).toEqual({ above: 'of B' });
  });
});
