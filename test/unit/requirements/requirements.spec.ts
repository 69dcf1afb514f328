import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { Requirements } from '../../../src/requirements/requirements';
import { requirementsText } from '../../../src/requirements/requirementsText';

/** A kernel that reports what it has, and counts how often it is asked. */
class FakeKernel {
  status = 'idle';
  statusChanged = new Signal<this, string>(this);
  asked = 0;
  met: string[] = [];

  requestExecute(): unknown {
    this.asked++;
    const text = `'${JSON.stringify({ met: this.met, platform: 'local' })}'`;
    const done = Promise.resolve({
      content: {
        status: 'ok',
        user_expressions: {
          runtime_kit: { status: 'ok', data: { 'text/plain': text } }
        }
      }
    });
    return { done, dispose: () => undefined };
  }

  become(status: string): void {
    this.status = status;
    this.statusChanged.emit(status);
  }
}

function setup() {
  const kernel = new FakeKernel();
  const snippets: Record<string, any> = {
    torch: { id: 'torch', requires: ['package:torch', 'gpu'] },
    where: { id: 'where', requires: ['platform:colab', 'platform:kaggle'] },
    free: { id: 'free', requires: [] }
  };
  const library = {
    list: () => Object.values(snippets),
    get: (id: string) => snippets[id]
  };
  const panel = {
    sessionContext: {
      session: { kernel },
      specsManager: { specs: null }
    },
    content: { model: null }
  };
  const tracker: any = { currentWidget: panel, currentChanged: new Signal({}) };
  const catalog: any = { library, load: async () => library };
  const requirements = new Requirements(tracker, catalog);
  const changed = jest.fn();
  requirements.changed.connect(changed);
  return { kernel, requirements, changed, tracker, snippets };
}

describe('missing requirements', () => {
  it('is asked once, however often the list is opened', async () => {
    const { kernel, requirements, changed } = setup();
    expect(requirements.missing('torch')).toEqual([]);
    kernel.met = ['gpu', 'platform:kaggle'];
    await Promise.all([requirements.ask(), requirements.ask()]);
    await requirements.ask();
    expect(kernel.asked).toBe(1);
    expect(changed).toHaveBeenCalledTimes(1);
    expect(requirements.missing('torch')).toEqual(['package:torch']);
    expect(requirements.missing('where')).toEqual([]);
    expect(requirements.missing('free')).toEqual([]);
    expect(requirements.missing('none')).toEqual([]);
  });

  it('never asks a busy kernel, and knows nothing of it', async () => {
    const { kernel, requirements } = setup();
    kernel.status = 'busy';
    await requirements.ask();
    expect(kernel.asked).toBe(0);
    expect(requirements.missing('torch')).toEqual([]);
  });

  it('forgets with a restart, and asks only what is new', async () => {
    const { kernel, requirements, snippets } = setup();
    await requirements.ask();
    expect(requirements.missing('torch')).toEqual(['package:torch', 'gpu']);
    kernel.become('restarting');
    expect(requirements.missing('torch')).toEqual([]);
    kernel.become('idle');
    kernel.met = ['package:torch', 'gpu'];
    await requirements.ask();
    expect(requirements.missing('torch')).toEqual([]);
    snippets.more = { id: 'more', requires: ['tool:rclone'] };
    await requirements.ask();
    expect(kernel.asked).toBe(3);
    expect(requirements.missing('more')).toEqual(['tool:rclone']);
    expect(requirements.missing('where')).toHaveLength(2);
  });
});

it('what is missing is said in words', () => {
  const trans = nullTranslator.load('');
  expect(requirementsText([], trans)).toBe('');
  expect(
    requirementsText(
      ['package:torch', 'gpu', 'platform:colab', 'platform:local', 'tool:x:y'],
      trans
    )
  ).toBe('torch, a GPU, x:y, Google Colab or a local machine');
});
