import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import type { IActionAnswer } from '../../kernel/monitor/monitor';

/** Characters of a message that JupyterLab shows; it has no way to the rest. */
const SHOWN = 140;

/** What a notification shows of an answer, and how. */
interface IAnswerNotice {
  message: string;
  type: Notification.TypeOptions;
  options: Pick<Notification.IOptions<null>, 'actions' | 'autoClose'>;
}

/**
 * The notification of what came of a request. It stays until it is closed when
 * something went wrong; a long answer can be read as a whole in a dialog.
 */
export function answerNotice(
  { ok, text }: IActionAnswer,
  trans: TranslationBundle
): IAnswerNotice {
  const actions = [
    {
      label: trans.__('Show full message'),
      callback: () => void showAll(text, trans)
    }
  ];
  return {
    message: text,
    type: ok === null ? 'warning' : ok ? 'success' : 'error',
    options: {
      autoClose: ok ? 6000 : false,
      ...(text.length > SHOWN ? { actions } : {})
    }
  };
}

async function showAll(text: string, trans: TranslationBundle): Promise<void> {
  const node = document.createElement('pre');
  node.className = 'jp-RuntimeKit-answer';
  node.textContent = text;
  // To be scrolled by keys.
  node.tabIndex = 0;
  await showDialog({
    title: trans.__('Kernel response'),
    body: new Widget({ node }),
    buttons: [Dialog.okButton()]
  });
}
