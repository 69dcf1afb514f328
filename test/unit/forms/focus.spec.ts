import { nullTranslator } from '@jupyterlab/translation';

import { TextForm } from '../../../src/library/authoring/TextForm';
import { cellField } from '../../../src/forms/field';
import { FormBody } from '../../../src/forms/FormBody';
import { IValidatedBody, showForm } from '../../../src/ui/formDialog';
import { readCellForm } from '../../../src/snippets';
import { until } from '../until';

const trans = nullTranslator.load('');
const CELL = 'NAME = "you"  # @param {type:"string"}';

const BODIES: Record<string, () => IValidatedBody<unknown>> = {
  FormBody: () =>
    new FormBody({
      trans,
      fields: readCellForm(CELL).parameters.map(each => cellField(each, trans))
    }),
  TextForm: () =>
    new TextForm<'title'>({
      fields: [{ key: 'title', label: 'Title', text: '' }],
      check: () => ({})
    })
};

describe.each(Object.entries(BODIES))('a dialog with a %s', (_, body) => {
  it('has the focus in its first field, however busy the page is', async () => {
    window.requestIdleCallback = () => 0; // no moment is idle
    const shown = showForm({
      title: 'Title',
      body: body(),
      cancel: 'Cancel',
      accept: 'OK'
    });
    const first = () => document.querySelector('.jp-Dialog-body input');
    await until(() => first() !== null && document.activeElement === first());
    document.querySelector<HTMLElement>('.jp-mod-reject')!.click();
    expect(await shown).toBeNull();
  });
});
