import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import React from 'react';

import type { IRun } from '../../../src/kernel/monitor';
import { RuntimeModel } from '../../../src/panel/runtimeModel';
import { ViewWidget } from '../../../src/panel/viewWidget';
import { RunButtons } from '../../../src/panel/views/RunButtons';
import { FakeMonitor, FakeSettings, run } from './fakes';

/** React renders in its own time. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise(resolve => setTimeout(resolve));
  }
}

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
    button('Export').click();
    expect(calls).toEqual(['verify']);
    end();
    await until(() => verify.getAttribute('aria-disabled') === 'false');
    expect(document.activeElement).toBe(verify);
    button('Export').click();
    expect(calls).toEqual(['verify', 'export']);
  });

  it('say why a run is not deleted under its training', async () => {
    const calls: string[] = [];
    await shown({ delete: () => calls.push('delete') }, { live: true });
    const remove = button('Delete');
    expect(remove.title).toContain('being trained');
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
    for (const label of ['Verify', 'Export']) {
      expect(button(label).title).toBe('Not saved yet');
      button(label).click();
    }
    button('Checkpoint now').click();
    expect(calls).toEqual(['checkpoint']);
  });
});
