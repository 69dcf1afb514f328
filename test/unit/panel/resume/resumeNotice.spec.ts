import { Notification, showDialog } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';

import { runCells } from '../../../../src/notebook';
import { ResumeNotice } from '../../../../src/panel/resume/resumeNotice';
import { run } from '../fakes';

jest.mock('@jupyterlab/apputils', () => ({
  ...jest.requireActual('@jupyterlab/apputils'),
  showDialog: jest.fn()
}));
jest.mock('../../../../src/notebook', () => ({
  ...jest.requireActual('../../../../src/notebook'),
  runCells: jest.fn()
}));

const SOURCES: Record<string, string> = { mount: 'planted()', train: 'go()' };

const panel = {
  isDisposed: false,
  title: { label: 'Untitled.ipynb' },
  content: {
    widgets: Object.keys(SOURCES).map(id => ({
      model: {
        id,
        type: 'code',
        getMetadata: () => null,
        sharedModel: { getSource: () => SOURCES[id] }
      }
    }))
  }
};

/** Click a button of the offer, and cancel or accept what is asked. */
async function click(
  label: string,
  changed: string[],
  accept: boolean
): Promise<void> {
  jest.mocked(showDialog).mockResolvedValue({ button: { accept } } as any);
  const notice = new ResumeNotice({ trans: nullTranslator.load('') });
  const plan = async (): Promise<string[]> => ['train'];
  notice.show(panel as any, run(), 200, ['train'], plan, () => changed);
  const { actions } = Notification.manager.notifications[0].options;
  actions!
    .find(action => action.label === label)!
    .callback(new MouseEvent('click'));
  for (let turn = 0; turn < 20; turn++) {
    await Promise.resolve();
  }
}

const asked = (): string | undefined => {
  const body = jest.mocked(showDialog).mock.calls[0]?.[0]?.body;
  return body && (body as any).node.textContent;
};

describe('ResumeNotice', () => {
  afterEach(() => {
    jest.clearAllMocks();
    Notification.dismiss();
  });

  it('runs the cells at once where all are known', async () => {
    await click('Resume', [], false);
    expect(showDialog).not.toHaveBeenCalled();
    expect(jest.mocked(runCells).mock.calls[0][1]).toEqual(['train']);
  });

  it('shows first which cells it leaves out, with their code', async () => {
    await click('Resume', ['mount'], false);
    expect(asked()).toMatch(/go\(\).*will not run.*planted\(\)/);
    expect(runCells).not.toHaveBeenCalled();
  });

  it.each(['Resume', 'Show cells'])('runs them after a yes: %s', async name => {
    await click(name, ['mount'], true);
    expect(asked()).toMatch(/go\(\).*will not run.*planted\(\)/);
    expect(jest.mocked(runCells).mock.calls[0][1]).toEqual(['train']);
  });
});
