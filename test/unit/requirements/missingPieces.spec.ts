import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { MissingPieces } from '../../../src/requirements/missingPieces';
import { needsText } from '../../../src/requirements/needs';

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
  const pieces = new MissingPieces(tracker, catalog);
  const changed = jest.fn();
  pieces.changed.connect(changed);
  return { kernel, pieces, changed, tracker, snippets };
}

describe('missing pieces', () => {
  it('is asked once, however often the list is opened', async () => {
    const { kernel, pieces, changed } = setup();
    expect(pieces.missing('torch')).toEqual([]);
    kernel.met = ['gpu', 'platform:kaggle'];
    await Promise.all([pieces.ask(), pieces.ask()]);
    await pieces.ask();
    expect(kernel.asked).toBe(1);
    expect(changed).toHaveBeenCalledTimes(1);
    expect(pieces.missing('torch')).toEqual(['package:torch']);
    expect(pieces.missing('where')).toEqual([]);
    expect(pieces.missing('free')).toEqual([]);
    expect(pieces.missing('none')).toEqual([]);
  });

  it('never asks a busy kernel, and knows nothing of it', async () => {
    const { kernel, pieces } = setup();
    kernel.status = 'busy';
    await pieces.ask();
    expect(kernel.asked).toBe(0);
    expect(pieces.missing('torch')).toEqual([]);
  });

  it('forgets with a restart, and asks only what is new', async () => {
    const { kernel, pieces, snippets } = setup();
    await pieces.ask();
    expect(pieces.missing('torch')).toEqual(['package:torch', 'gpu']);
    kernel.become('restarting');
    expect(pieces.missing('torch')).toEqual([]);
    kernel.become('idle');
    kernel.met = ['package:torch', 'gpu'];
    await pieces.ask();
    expect(pieces.missing('torch')).toEqual([]);
    snippets.more = { id: 'more', requires: ['tool:rclone'] };
    await pieces.ask();
    expect(kernel.asked).toBe(3);
    expect(pieces.missing('more')).toEqual(['tool:rclone']);
    expect(pieces.missing('where')).toHaveLength(2);
  });
});

it('what is missing is said in words', () => {
  const trans = nullTranslator.load('');
  expect(needsText([], trans)).toBe('');
  expect(
    needsText(
      ['package:torch', 'gpu', 'platform:colab', 'platform:local', 'tool:x:y'],
      trans
    )
  ).toBe('torch, a GPU, x:y, Google Colab or a machine of your own');
});
