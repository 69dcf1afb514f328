import { Notification } from '@jupyterlab/apputils';
import { waitForDialog } from '@jupyterlab/testing';
import { nullTranslator } from '@jupyterlab/translation';

import { RunActions } from '../../../../src/panel/actions/runActions';
import { RuntimeModel } from '../../../../src/panel/model/runtimeModel';
import { FakeMonitor, FakeSettings, run, sample } from '../fakes';

function makeModel(now = () => 3600) {
  const monitor = new FakeMonitor();
  const settings = new FakeSettings();
  const name = (): string => 'train.ipynb';
  return { monitor, model: new RuntimeModel({ monitor, settings, name, now }) };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) {
    await Promise.resolve();
  }
};

describe('RunActions', () => {
  const actions = new RunActions(nullTranslator.load(''));

  afterEach(() => Notification.dismiss());

  it('reaches the kernel of a notebook that nothing shows', async () => {
    // From the warning before the end, while another notebook is in front.
    const { model, monitor } = makeModel();
    await actions.checkpoint(model, run());
    await settled();
    expect(monitor.calls).toEqual([
      'start',
      'checkpoint /drive/runs/digits',
      'refresh',
      'stop'
    ]);
  });

  it('waits for the answer although the view goes', async () => {
    const { model, monitor } = makeModel();
    let answer = (_: { ok: boolean; step: number; text: string }): void =>
      undefined;
    monitor.checkpointNow = () => new Promise(resolve => (answer = resolve));
    const view = model.show();
    const done = actions.checkpoint(model, run());
    view.dispose();
    expect(monitor.calls).toEqual(['start']);
    answer({ ok: true, step: 7, text: 'Checkpoint saved at step 7.' });
    await done;
    await settled();
    expect(monitor.calls).toEqual(['start', 'refresh', 'stop']);
  });

  /** What the dialog says and offers; it is answered. */
  async function dialog(accept: boolean): Promise<string[]> {
    await waitForDialog();
    const shown = document.querySelector('.jp-Dialog')!;
    const field = shown.querySelector('input')?.value;
    const text = shown.querySelector('.jp-Dialog-body')!.textContent;
    const buttons = shown.querySelectorAll<HTMLElement>(
      '.jp-Dialog-footer button'
    );
    buttons[accept ? 1 : 0].click();
    return [text ?? '', field ?? ''];
  }

  it('names an export by the step that is in it', async () => {
    const { model, monitor } = makeModel();
    const live = run({ live: true, step: 1234, committed: 1200 });
    monitor.push(sample({ runs: [live] }));
    const done = actions.export(model, live);
    expect((await dialog(true))[1]).toBe('digits-1200.safetensors');
    await done;
    expect(monitor.calls).toContain(
      'export {"folder":"/drive/runs/digits","out":"digits-1200.safetensors"}'
    );
  });

  it('asks with what another kernel has written by now', async () => {
    let now = 3600;
    const { model, monitor } = makeModel(() => now);
    const old = run({ written: 900, due: 1800, sign: '1230 0' });
    monitor.push(sample({ runs: [old] }));
    now = 9000;
    monitor.refresh = async () => {
      const runs = [run({ written: 8700, due: 9600, sign: '1300 0' })];
      monitor.push(sample({ time: now, runs }));
    };
    const deleted = actions.delete(model, old);
    const [text] = await dialog(true);
    expect(text).toContain("can't be undone");
    expect(text).toContain('Last written 5 minutes ago');
    await deleted;
    expect(monitor.calls).toContain(
      'delete {"folder":"/drive/runs/digits","seen":"1300 0"}'
    );
    const exported = actions.export(model, old);
    expect((await dialog(false))[0]).toContain('Last written 5 minutes ago');
    await exported;
  });

  it('asks nothing when it is not wanted any more after the look', async () => {
    const { model, monitor } = makeModel();
    await actions.delete(model, run(), () => false);
    await actions.export(model, run(), () => false);
    expect(document.querySelector('.jp-Dialog')).toBeNull();
    expect(monitor.calls).toEqual(['refresh', 'refresh']);
  });

  it.each([
    ['that a lock tells of', null, null],
    ['whose next write is overdue', 900, 1800]
  ])('says no more than usual of a run %s', async (_, written, due) => {
    const { model, monitor } = makeModel();
    const quiet = run({ written, due });
    monitor.push(sample({ time: 3600, runs: [quiet] }));
    const done = actions.delete(model, quiet);
    expect((await dialog(false))[0]).not.toContain('wrote to it');
    await done;
    expect(monitor.calls.join()).not.toContain('delete');
  });

  it('lets a long answer be read as a whole', async () => {
    const { model, monitor } = makeModel();
    const lines = Array.from({ length: 20 }, (_, i) => `step ${i}: good`);
    const text = [...lines, 'step 20: cannot be used'].join('\n');
    monitor.act = async () => ({ ok: false, text });
    await actions.verify(model, run());
    const [{ message, options }] = Notification.manager.notifications;
    expect(message).toBe(text);
    options.actions![0].callback(new MouseEvent('click'));
    expect((await dialog(false))[0]).toBe(text);
    Notification.dismiss();
    monitor.act = async () => ({ ok: true, text: 'step 20: good' });
    await actions.verify(model, run());
    const [short] = Notification.manager.notifications;
    expect(short.options.actions ?? []).toEqual([]);
  });

  it('warns of what nobody knows any more, and calls it no error', async () => {
    const { model, monitor } = makeModel();
    monitor.act = async () => ({ ok: null, text: 'The notebook was closed.' });
    await actions.verify(model, run());
    await settled();
    const [{ message, type }] = Notification.manager.notifications;
    expect([message, type]).toEqual(['The notebook was closed.', 'warning']);
  });
});
