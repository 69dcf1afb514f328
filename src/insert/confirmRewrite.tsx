import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';

import { CellDiff } from '../ui/CellDiff';
import type { IRewrite } from './rewriteSnippets';
import { changedLines, sourcesOf } from './rewriteSnippets';

/**
 * Show what changes in the notebook, and ask whether it shall.
 */
export async function confirmRewrite(
  title: string,
  rewrites: readonly IRewrite[],
  trans: TranslationBundle
): Promise<boolean> {
  const body = ReactWidget.create(
    <>
      {rewrites.map((rewrite, index) => (
        <Rewrite key={index} rewrite={rewrite} trans={trans} />
      ))}
    </>
  );
  body.addClass('jp-RuntimeKit-codeDialog');
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

/** One insertion before and after. */
function Rewrite(props: {
  rewrite: IRewrite;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { rewrite, trans } = props;
  const { removed, added } = changedLines(rewrite);
  const { title } = rewrite.snippet;
  const { before, after } = sourcesOf(rewrite);
  return (
    <details open>
      <summary>
        {trans.__(
          '%1: %2 lines removed, %3 lines added',
          title,
          removed.length,
          added.length
        )}
      </summary>
      <CellDiff before={before} after={after} label={title} sideBySide />
    </details>
  );
}
