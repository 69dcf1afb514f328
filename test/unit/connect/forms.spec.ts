import { nullTranslator } from '@jupyterlab/translation';

import { KindForm } from '../../../src/connect/forms';

const trans = nullTranslator.load('');
const kind = (type: string): { type: string; title: string } => ({
  type,
  title: type.toUpperCase()
});

describe('KindForm', () => {
  it('has what most people use in front of the rest of rclone', () => {
    const form = new KindForm(
      ['alias', 'azureblob', 'drive', 'webdav', 'zoho'].map(kind),
      { name: 'mine', type: 'azureblob' },
      '',
      trans
    );
    const groups = [...form.node.querySelectorAll('optgroup')].map(group => [
      group.label,
      [...group.querySelectorAll('option')].map(option => option.value)
    ]);
    expect(groups).toEqual([
      ['Common', ['drive', 'webdav']],
      ['Other', ['alias', 'azureblob', 'zoho']]
    ]);
    expect(form.getValue()).toEqual({ name: 'mine', type: 'azureblob' });
  });
});
