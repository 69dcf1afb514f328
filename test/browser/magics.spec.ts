import { expect, test } from './kit';

test.describe('%snippet', () => {
  test('works without %load_ext and inserts below its own cell', async ({
    kit
  }) => {
    await kit.open({
      cells: ['%snippet gpu-check MIN_MEMORY_GB=2', 'after = 1']
    });
    // Somebody touched the page: the library is fetched by then.
    await kit.page.keyboard.press('Shift');
    await kit.page.waitForTimeout(1000);
    await kit.runAll();
    await expect.poll(() => kit.inserted('gpu-check')).not.toHaveLength(0);
    const sources = await kit.sources();
    expect(sources[0]).toContain('%snippet');
    expect(sources[sources.length - 1]).toBe('after = 1');
    expect(sources.join('\n')).toContain('MIN_MEMORY_GB = 2');
    // Inserted, never run.
    expect((await kit.outputs()).join('')).toBe('');
  });

  test('lists, knows own snippets, names what is wrong in one line', async ({
    kit
  }) => {
    await kit.open({
      cells: ['%snippet', '%snippet gpu-chekc', '%%snippet own\nX = 3']
    });
    await kit.set('userSnippets', {
      own: '# ---\n# title: Own\n# description: Mine\n# version: 1\n# ---\n# %%\nX = 1  # @param {type:"integer"}\n'
    });
    await kit.page.keyboard.press('Shift');
    await kit.page.waitForTimeout(1000);
    for (const index of [0, 1, 2]) {
      await kit.setActive(index);
      await kit.execute('notebook:run-cell');
      await kit.waitForKernel('idle');
    }
    await expect.poll(() => kit.inserted('own')).toHaveLength(1);
    const outputs = await kit.outputs();
    expect(outputs[0]).toContain('drive-mount');
    expect(outputs[0]).toContain('own');
    expect(outputs[1]).toContain('gpu-check');
    expect(outputs[1].trim()).not.toContain('\n');
    expect((await kit.inserted('own'))[0].source).toBe(
      'X = 3  # @param {type:"integer"}'
    );
  });

  test('a cell without the magic sends nothing of ours', async ({
    kit,
    page
  }) => {
    await kit.open({ cells: ['a = 1'] });
    await page.keyboard.press('Shift');
    await page.evaluate(() => {
      const { session } = (window as any).jupyterapp.shell.currentWidget
        .sessionContext;
      (window as any).sent = [];
      session.kernel.anyMessage.connect((_: unknown, args: any) => {
        if (args.direction === 'send') {
          (window as any).sent.push(args.msg);
        }
      });
    });
    await kit.runAll();
    const codes = await page.evaluate(() =>
      (window as any).sent
        .filter((msg: any) => msg.header.msg_type === 'execute_request')
        .map((msg: any) => msg.content.code)
    );
    expect(codes).toEqual(['a = 1']);
  });
});
