import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { scrollableText } from '../ui/scrollableText';
import type { IRewrite } from './rewriteSnippets';
import { changedLines } from './rewriteSnippets';

/**
 * Show what changes in the notebook, and ask whether it shall.
 */
export async function confirmRewrite(
  title: string,
  rewrites: readonly IRewrite[],
  trans: TranslationBundle
): Promise<boolean> {
  const body = new Widget();
  body.addClass('jp-RuntimeKit-rewrite');
  rewrites.forEach(rewrite => body.node.append(describe(rewrite, trans)));
  const result = await showDialog({
    title,
    body,
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: trans.__('Replace Cells') })
    ]
  });
  return result.button.accept;
}

function describe(rewrite: IRewrite, trans: TranslationBundle): HTMLElement {
  const { removed, added } = changedLines(rewrite);
  const details = document.createElement('details');
  details.open = true;
  const summary = document.createElement('summary');
  summary.textContent = trans.__(
    '%1: %2 lines removed, %3 lines added',
    rewrite.snippet.title,
    removed.length,
    added.length
  );
  const lines = [
    ...removed.map(line => `- ${line}`),
    ...added.map(line => `+ ${line}`)
  ];
  details.append(summary, scrollableText(lines.join('\n')));
  return details;
}
