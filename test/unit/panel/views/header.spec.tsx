import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import React from 'react';

import { RuntimeModel } from '../../../../src/panel/model/runtimeModel';
import { ViewWidget } from '../../../../src/panel/views/viewWidget';
import { Header } from '../../../../src/panel/views/Header';
import { FakeMonitor, FakeSettings, sample } from '../fakes';

it('names what it does not import from beside the notebook', async () => {
  const monitor = new FakeMonitor();
  const settings = new FakeSettings();
  const model = new RuntimeModel({ monitor, settings, name: () => 'a.ipynb' });
  const trans = nullTranslator.load('');
  const widget = new ViewWidget(() => <Header model={model} trans={trans} />);
  Widget.attach(widget, document.body);
  const said = async (ignored?: string[]): Promise<string> => {
    monitor.push(sample({ kernel: { ...sample().kernel, ignored } }));
    widget.update();
    MessageLoop.flush();
    await widget.renderPromise;
    return widget.node.textContent!;
  };
  for (const none of [undefined, []]) {
    expect(await said(none)).not.toContain('Not imported');
  }
  expect(
    await said(['/notebooks/pynvml.py', 'C:\\me\\psutil\\__init__.py'])
  ).toContain("in the notebook's folder: pynvml.py, psutil");
  widget.dispose();
});

it('reads out whether a cell runs, and not each change of the age', async () => {
  const monitor = new FakeMonitor();
  const settings = new FakeSettings();
  const name = (): string => 'train.ipynb';
  const model = new RuntimeModel({ monitor, settings, name });
  monitor.push(sample());
  const trans = nullTranslator.load('');
  const widget = new ViewWidget(() => <Header model={model} trans={trans} />);
  Widget.attach(widget, document.body);
  MessageLoop.flush();
  await widget.renderPromise;
  const status = widget.node.querySelector('[role="status"]');
  expect(status?.textContent).toContain('Cell running · updated just now');
  const quiet = status?.querySelector('[aria-live="off"]');
  expect(quiet?.textContent).toBe('updated just now');
  widget.dispose();
});
