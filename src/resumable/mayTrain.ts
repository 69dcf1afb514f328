import type { NotebookPanel } from '@jupyterlab/notebook';

import { kitSnippetOf, notebookLanguage } from '../notebook';

const CALLS =
  /\.(backward|step|fit|train|partial_fit|minimize)\s*\(|^\s*!.*\.py\b/m;

/**
 * Whether a notebook looks as if it holds a training loop of the user's, for which
 * no cell was inserted yet. Cheap: it decides whether the kernel is asked.
 */
export function mayTrain(panel: NotebookPanel): boolean {
  const language = notebookLanguage(panel);
  if (language !== null && language !== 'python') {
    return false;
  }
  const code = panel.content.widgets.filter(
    ({ model }) => model.type === 'code'
  );
  const snippets = code.map(({ model }) => kitSnippetOf(model) ?? '');
  return (
    !snippets.some(id => id.startsWith('checkpoint-resume')) &&
    code.some(({ model }) => CALLS.test(model.sharedModel.getSource()))
  );
}
