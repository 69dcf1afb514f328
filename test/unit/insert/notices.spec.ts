import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';

import { Notices } from '../../../src/insert/notices';
import { checkLanguage } from '../../../src/insert/insertChecks';
import { parseSnippet } from '../../../src/snippets';

const notices = new Notices(nullTranslator.load(''));
const snippet = parseSnippet(
  '# ---\n# title: T\n# languages: [python]\n# ---\n# %%\n1',
  { id: 't', builtin: false }
);

/** As much of a notebook as its language needs. */
function notebook(kernel: { name: string } | null): any {
  return {
    sessionContext: { session: { kernel }, specsManager: { specs: null } },
    content: { model: { getMetadata: () => ({ name: 'bash' }) } }
  };
}

const said = (): string[] =>
  Notification.manager.notifications.map(({ message }) => message);

describe('a snippet in a notebook of another language', () => {
  afterEach(() => Notification.dismiss());

  it.each([
    [
      { name: 'bash' },
      '"T" doesn\'t run on bash kernels. Switch to a Python kernel to insert it.'
    ],
    [null, '"T" requires a Python kernel. Select one to insert it.']
  ])('says once which kernel it needs: %j', (kernel, message) => {
    for (let time = 0; time < 3; time++) {
      notices.problem(checkLanguage(notebook(kernel), snippet)!);
    }
    expect(said()).toEqual([message]);
  });
});
