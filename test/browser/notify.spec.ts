import { expect, test } from './kit';

test('a finished cell is told on the desktop, once and only then', async ({
  kit,
  page,
  shell
}) => {
  test.skip(shell === 'notebook', 'The same renderer of scripts');
  await page.addInitScript(() => {
    class Told {
      static permission = 'granted';
      static requestPermission = () => told.push('asked');
      constructor(title: string, { body }: { body: string }) {
        told.push(`${title}: ${body}`);
      }
    }
    const told: string[] = [];
    Object.assign(window, { Notification: Told, told });
  });
  const told = () => page.evaluate(() => (window as any).told as string[]);
  await kit.open({ cells: ['a = 1'] });
  await kit.execute('runtime-kit:insert-snippet', {
    id: 'notify',
    parameters: { NOTIFY_AFTER: 0 }
  });
  await kit.runAll();
  await kit.setActive(0);
  await kit.execute('notebook:run-cell');
  const text = 'Notebook: A cell has ended after 0.0 minutes.';
  await expect.poll(told).toEqual(['asked', text]);

  // What the notebook keeps tells nothing when it is opened later.
  await page.evaluate(() => {
    const { widgets } = (window as any).jupyterapp.shell.currentWidget.content;
    const outputs = widgets[0].model.sharedModel.getOutputs();
    const script = outputs[0].data['application/javascript'];
    const later = { now: () => Date.now() + 3600_000 };
    new Function('Date', 'element', script)(later, document.body);
  });
  expect(await told()).toHaveLength(2);
});
