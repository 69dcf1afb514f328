import {
  cellState,
  ended,
  allow,
  Network,
  start,
  streamText,
  waitFor
} from './cellOutputs';
import { expect, test } from './kit';

// The stand-ins of galata for kernels and sessions end them with the page.
test.use({ kernels: null, sessions: null });

test('a page that loses the network shows all output when it is back', async ({
  kit,
  page,
  tmpPath
}) => {
  const network = await Network.between(page);
  await kit.open({
    cells: [
      `print("a", flush=True)\n${waitFor('one')}\nprint("b")\nshown.update("new")\n"first"`,
      `print("c", flush=True)\n${waitFor('two')}\nprint("d")`,
      'print("e")',
      'shown = display("old", display_id=True)'
    ]
  });
  await start(page, 3);
  await ended(page, 3, 1);
  await start(page, 0, 1, 2);
  await expect.poll(() => streamText(page, 0)).toBe('a\n');
  network.goDown();
  await allow(kit, `${tmpPath}/one`);
  // The kernel has gone on to the second cell; the page knows nothing of it.
  await expect
    .poll(async () => {
      const kernels = await page.evaluate(async () => {
        const { session } = (window as any).jupyterapp.shell.currentWidget
          .sessionContext;
        const { serverSettings, id } = session.kernel;
        const { baseUrl } = serverSettings;
        const answer = await fetch(`${baseUrl}runtime-kit/outputs/${id}`);
        return (await answer.json()).executions;
      });
      return kernels.map((one: any) => one.state).join();
    })
    .toBe('done,done,running,queued');
  expect(await streamText(page, 0)).toBe('a\n');
  const updated = async (): Promise<string> =>
    (await cellState(page, 3)).outputs[0].data['text/plain'];
  expect(await updated()).toBe("'old'");
  await network.comeBack();

  await ended(page, 0, 2);
  await expect.poll(updated).toBe("'new'");
  const first = await cellState(page, 0);
  expect(first.outputs.map(one => one.text ?? one.data['text/plain'])).toEqual([
    'a\nb\n',
    "'first'"
  ]);
  await expect.poll(() => streamText(page, 1)).toBe('c\n');
  await allow(kit, `${tmpPath}/two`);
  await ended(page, 1, 3);
  expect(await streamText(page, 1)).toBe('c\nd\n');
  await ended(page, 2, 4);
  expect(await streamText(page, 2)).toBe('e\n');

  // What the page received itself is left alone the next time.
  await start(page, 2);
  await ended(page, 2, 5);
  await network.comeBack();
  await kit.waitForKernel('idle');
  expect(await streamText(page, 2)).toBe('e\n');
});

test('what a page did not miss stays as it is when the connection is back', async ({
  kit,
  page,
  shell,
  tmpPath
}) => {
  test.skip(shell === 'notebook', 'the same code in both applications');
  const network = await Network.between(page);
  await kit.open({
    cells: [`print("a", flush=True)\n${waitFor('go')}\nprint("b")`, '"cleared"']
  });
  await start(page, 1);
  await ended(page, 1, 1);
  await start(page, 0);
  await expect.poll(() => streamText(page, 0)).toBe('a\n');
  await page.evaluate(() => {
    const { content } = (window as any).jupyterapp.shell.currentWidget;
    content.widgets[1].model.clearExecution();
    (window as any).before = content.widgets[0].outputArea.future;
  });
  await network.comeBack();
  await allow(kit, `${tmpPath}/go`);
  await ended(page, 0, 2);
  expect(await streamText(page, 0)).toBe('a\nb\n');
  // It is still the page's own execution, and what the user cleared is cleared.
  expect(
    await page.evaluate(() => {
      const { content } = (window as any).jupyterapp.shell.currentWidget;
      return content.widgets[0].outputArea.future === (window as any).before;
    })
  ).toBe(true);
  expect((await cellState(page, 1)).outputs).toEqual([]);
  await expect(kit.notifications()).toHaveCount(0);
});

test('after a reload, displays of other cells are updated and input is asked', async ({
  kit,
  page,
  tmpPath
}) => {
  await kit.open({
    cells: [
      '"saved"',
      'handle = display("old", display_id=True)',
      [
        'print("running", flush=True)',
        waitFor('update'),
        'handle.update("new")',
        waitFor('ask'),
        'print("Hello", input("Name? "))'
      ].join('\n')
    ]
  });
  await start(page, 0, 1);
  await ended(page, 1, 2);
  // The outputs of the first two are in the file: nothing is to be restored.
  await kit.execute('docmanager:save');
  await start(page, 2);
  await expect.poll(() => streamText(page, 2)).toBe('running\n');
  await kit.goto(`${tmpPath}/notebook.ipynb`);
  await expect
    .poll(async () => (await cellState(page, 2)).state)
    .toBe('running');
  const shown = async (): Promise<string> =>
    (await cellState(page, 1)).outputs[0].data['text/plain'];
  expect(await shown()).toBe("'old'");
  await allow(kit, `${tmpPath}/update`);
  await expect.poll(shown).toBe("'new'");

  await allow(kit, `${tmpPath}/ask`);
  const prompt = page.locator('.jp-Stdin-input');
  await prompt.fill('Ada');
  await prompt.press('Enter');
  await ended(page, 2, 3);
  // JupyterLab itself keeps the question with the answer.
  expect(await streamText(page, 2)).toBe('running\nName?  Ada\nHello Ada\n');
});

test('after a reload, message hooks take what a running cell prints, as output widgets do', async ({
  kit,
  page,
  shell,
  tmpPath
}) => {
  test.skip(shell === 'notebook', 'the same code in both applications');
  await kit.open({
    cells: [
      [
        'print("cell", flush=True)',
        waitFor('widget'),
        'print("widget", flush=True)',
        waitFor('cell'),
        'print("cell again")'
      ].join('\n')
    ]
  });
  await start(page, 0);
  await expect.poll(() => streamText(page, 0)).toBe('cell\n');
  await kit.goto(`${tmpPath}/notebook.ipynb`);
  await expect.poll(() => streamText(page, 0)).toBe('cell\n');
  await page.evaluate(() => {
    const { content, sessionContext } = (window as any).jupyterapp.shell
      .currentWidget;
    const { kernel } = sessionContext.session;
    const id = content.widgets[0].outputArea.future.msg.header.msg_id;
    (window as any).taken = '';
    const hook = (message: any): boolean => {
      if (message.header.msg_type !== 'stream') {
        return true;
      }
      (window as any).taken += message.content.text;
      kernel.removeMessageHook(id, hook);
      return false;
    };
    kernel.registerMessageHook(id, hook);
  });
  await allow(kit, `${tmpPath}/widget`);
  await expect
    .poll(() => page.evaluate(() => (window as any).taken))
    .toBe('widget\n');
  await allow(kit, `${tmpPath}/cell`);
  await ended(page, 0, 1);
  expect(await streamText(page, 0)).toBe('cell\ncell again\n');
});

test('cells that were moved, deleted or run again are not mixed up', async ({
  kit,
  page,
  shell,
  tmpPath
}) => {
  test.skip(shell === 'notebook', 'the same code in both applications');
  await kit.open({
    cells: [
      `print("a", flush=True)\n${waitFor('one')}\nprint("b")`,
      'print("deleted")',
      'print("again")',
      'print("queued")',
      'print("cut")'
    ]
  });
  await start(page, 0, 1, 2, 3, 4);
  await expect.poll(() => streamText(page, 0)).toBe('a\n');
  await kit.goto(`${tmpPath}/notebook.ipynb`);
  await expect
    .poll(async () => (await cellState(page, 4)).state)
    .toBe('running');
  await start(page, 2);
  await kit.setActive(4);
  await kit.execute('notebook:cut-cell');
  await kit.execute('notebook:paste-cell-below');
  await kit.setActive(0);
  await kit.execute('notebook:move-cell-down');
  await kit.setActive(0);
  await kit.execute('notebook:delete-cell');
  await allow(kit, `${tmpPath}/one`);
  // Now: the first cell, the one run again, the queued one, the one cut and pasted.
  await ended(page, 0, 1);
  expect(await streamText(page, 0)).toBe('a\nb\n');
  await ended(page, 1, 6);
  expect(await streamText(page, 1)).toBe('again\n');
  await ended(page, 2, 4);
  expect(await streamText(page, 2)).toBe('queued\n');
  await expect.poll(() => streamText(page, 3)).toBe('cut\n');
  await ended(page, 3, 5);
});

test('scripts in restored outputs of an untrusted notebook do not run', async ({
  kit,
  page,
  shell,
  tmpPath
}) => {
  test.skip(shell === 'notebook', 'the same code in both applications');
  const data = { 'text/html': ['<b>of somebody else</b>'] };
  const path = `${tmpPath}/notebook.ipynb`;
  const cell = {
    id: 'cell-0',
    cell_type: 'code',
    metadata: {},
    execution_count: 1,
    outputs: [{ output_type: 'display_data', data, metadata: {} }],
    source: [
      'from IPython.display import HTML, display\n',
      'html = "<script>window.ran = true</script><img src=x onerror=\'ran=true\'>"\n',
      'display(HTML("<i>restored</i>" + html))\n',
      `${waitFor('go')}\n`,
      'display(HTML("<i>followed</i>" + html))'
    ]
  };
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: 'python3', display_name: 'Python 3' }
    },
    cells: [cell]
  };
  await page.contents.uploadContent(JSON.stringify(notebook), 'text', path);
  await kit.goto(path);
  await kit.waitForKernel('idle');
  await start(page, 0);
  // The user ran it: live it is trusted, as always.
  await expect.poll(() => page.evaluate(() => (window as any).ran)).toBe(true);
  await kit.goto(path);
  await expect(page.locator('.jp-OutputArea i')).toHaveText('restored');
  await allow(kit, `${tmpPath}/go`);
  await expect(page.locator('.jp-OutputArea i')).toHaveCount(2);
  await ended(page, 0, 1);
  expect((await kit.cells())[0].trusted).toBe(false);
  expect(await page.evaluate(() => (window as any).ran)).toBeUndefined();
});
