import type { ICandidate } from './importers';

/** What a new snippet starts from: a title, a parameter and a line of code. */
export function newSnippet(id: string): ICandidate {
  const text = [
    '# ---',
    `# id: ${id}`,
    '# title: My snippet',
    '# description: What it does',
    '# tags: []',
    '# languages: [python]',
    '# version: 1',
    '# ---',
    '# %%',
    'NAME = "value"  # @param {type:"string"}',
    ''
  ].join('\n');
  return { id, text };
}
