import { expect, test } from './kit';

test('the list says what a snippet lacks, asked once and never of a busy kernel', async ({
  kit,
  page,
  shell
}) => {
  test.skip(shell === 'notebook', 'The same menu');
  await kit.open({ cells: ['input()'] });
  const text = (id: string, requires: string): string =>
    `# ---\n# id: ${id}\n# title: The ${id}\n# requires: [${requires}]\n# ---\n# %%\n1\n`;
  await kit.set('userSnippets', {
    lacking: text('lacking', '"package:no_such_thing", "tool:no-such-tool"'),
    complete: text('complete', '"package:json"')
  });
  // The chip asks the same kernel for its figures, on a slow machine only now.
  await page.evaluate(() => {
    const { session } = (window as any).jupyterapp.shell.currentWidget
      .sessionContext;
    (window as any).sent = 0;
    session.kernel.anyMessage.connect((_: unknown, args: any) => {
      if (
        args.direction === 'send' &&
        args.msg.header.msg_type === 'execute_request' &&
        JSON.stringify(args.msg.content).includes('no-such-tool')
      ) {
        (window as any).sent++;
      }
    });
  });
  const sent = () => page.evaluate(() => (window as any).sent);
  const item = (name: string) => page.getByRole('menuitem', { name });

  // While a cell waits for input the kernel is busy: nothing is asked or marked.
  await kit.start('notebook:run-all-cells');
  await page.locator('.jp-Stdin-input').waitFor();
  await kit.waitForKernel('busy');
  await kit.execute('runtime-kit:open-snippets');
  await expect(item('The lacking')).toHaveText(/^The lacking$/);
  expect(await sent()).toBe(0);
  await page.keyboard.press('Escape');
  await page.locator('.jp-Stdin-input').press('Enter');
  await kit.waitForKernel('idle');

  for (let i = 0; i < 2; i++) {
    await kit.execute('runtime-kit:open-snippets');
    await expect(item('The lacking')).toContainText(
      'requires no_such_thing, no-such-tool'
    );
    await expect(item('The complete')).not.toContainText('requires');
    await page.keyboard.press('Escape');
  }
  expect(await sent()).toBe(1);
});
