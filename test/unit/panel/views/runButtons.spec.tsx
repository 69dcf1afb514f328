import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import React from 'react';

import type { IRun } from '../../../../src/kernel/monitor/monitor';
import { RuntimeModel } from '../../../../src/panel/model/runtimeModel';
import { ViewWidget } from '../../../../src/panel/views/viewWidget';
import { RunButtons } from '../../../../src/panel/views/RunButtons';
import { FakeMonitor, FakeSettings, run } from '../fakes';
import { until } from '../../until';

describe('RunButtons', () => {
  const monitor = new FakeMonitor();
  const settings = new FakeSettings();
  const name = (): string => 'train.ipynb';
  const model = new RuntimeModel({ monitor, settings, name });
  let widget: ViewWidget;

  async function shown(
    actions: object,
    values: Partial<IRun> = {}
  ): Promise<void> {
    const trans = nullTranslator.load('');
    const services = { actions, trans } as any;
    widget = new ViewWidget(() => (
      <RunButtons model={model} run={run(values)} services={services} />
    ));
    Widget.attach(widget, document.body);
    MessageLoop.flush();
    await widget.renderPromise;
  }

  const button = (label: string): HTMLButtonElement =>
    widget.node.querySelector(`[aria-label="${label}: digits"]`)!;

  afterEach(() => widget.dispose());

  it('keep the focus while something is being done, and begin nothing else', async () => {
    let end = (): void => undefined;
    const calls: string[] = [];
    await shown({
      verify: () => {
        calls.push('verify');
        return new Promise<void>(resolve => (end = resolve));
      },
      export: () => calls.push('export')
    });
    const verify = button('Verify');
    verify.focus();
    verify.click();
    await until(() => verify.getAttribute('aria-disabled') === 'true');
    expect(document.activeElement).toBe(verify);
    expect(verify.disabled).toBe(false);
    verify.click();
    button('Export…').click();
    expect(calls).toEqual(['verify']);
    end();
    await until(() => verify.getAttribute('aria-disabled') === 'false');
    expect(document.activeElement).toBe(verify);
    button('Export…').click();
    expect(calls).toEqual(['verify', 'export']);
  });

  it('take back with Escape what has not opened its dialog yet', async () => {
    const looks: (() => void)[] = [];
    const opened: string[] = [];
    const look =
      (what: string) => async (_: unknown, __: unknown, isWanted: any) => {
        await new Promise<void>(resolve => looks.push(resolve));
        opened.push(...(isWanted() ? [what] : []));
        await new Promise<void>(resolve => looks.push(resolve));
      };
    await shown({ delete: look('delete'), export: look('export') });
    const left: KeyboardEvent[] = [];
    const panel = (event: KeyboardEvent): unknown =>
      event.defaultPrevented || left.push(event);
    document.body.addEventListener('keydown', panel);
    const escape = (at: HTMLElement): void => {
      const init = { key: 'Escape', bubbles: true, cancelable: true };
      at.dispatchEvent(new KeyboardEvent('keydown', init));
    };
    const [remove, exported] = [button('Delete…'), button('Export…')];
    remove.click();
    await until(() => remove.getAttribute('aria-disabled') === 'true');
    escape(remove);
    await until(() => remove.getAttribute('aria-disabled') === 'false');
    expect(left).toEqual([]);
    // Another one is begun before the look of the first has ended.
    exported.click();
    await until(() => exported.getAttribute('aria-disabled') === 'true');
    looks[0]();
    looks[1]();
    await until(() => opened.length > 0);
    expect(opened).toEqual(['export']);
    expect(exported.getAttribute('aria-disabled')).toBe('true');
    // From then on it leads out of the panel, as it does elsewhere.
    escape(exported);
    expect(left).toHaveLength(1);
    document.body.removeEventListener('keydown', panel);
  });

  it('open no dialog for a run that has gone meanwhile', async () => {
    let look = (): void => undefined;
    let isWanted: unknown;
    await shown({
      delete: async (_: unknown, __: unknown, wanted: () => boolean) => {
        await new Promise<void>(resolve => (look = resolve));
        isWanted = wanted();
      }
    });
    button('Delete…').click();
    widget.dispose();
    look();
    await until(() => isWanted !== undefined);
    expect(isWanted).toBe(false);
  });

  it('say why a run is not deleted under its training', async () => {
    const calls: string[] = [];
    await shown({ delete: () => calls.push('delete') }, { live: true });
    const remove = button('Delete…');
    expect(remove.title).toContain('is training');
    remove.click();
    expect(calls).toEqual([]);
  });

  it('offer nothing to do with checkpoints before there is one', async () => {
    const calls: string[] = [];
    const values = { live: true, state: 'unsaved' as const, saved: null };
    await shown(
      {
        verify: () => calls.push('verify'),
        export: () => calls.push('export'),
        checkpoint: () => calls.push('checkpoint')
      },
      values
    );
    for (const label of ['Verify', 'Export…']) {
      expect(button(label).title).toBe('Not saved yet');
      button(label).click();
    }
    button('Checkpoint now').click();
    expect(calls).toEqual(['checkpoint']);
  });
});
