import type { Page } from '@playwright/test';

import { expect } from './kit';
import { colab, test } from './runtime';

/** The order of the settings: core's items, and ours among them. */
const OURS = ['drive-mount', 'gpu-check', 'checkpoint-resume', 'snippets'];
const WIDTHS = [500, 1000, 1040, 1100, 1200, 1300, 1500];

interface IToolbar {
  /** Names of the items in the toolbar that can be seen, in their order. */
  shown: string[];
  /** Names of all in the toolbar, and behind them those in its "…" menu. */
  order: string[];
  rows: number;
  spare: number;
  /** Pixels that its items take which are not ours. */
  core: number;
  /** Pixels that all can take. */
  room: number;
}

/** The toolbar when it has come to rest at a width. */
async function toolbarAt(page: Page, width: number): Promise<IToolbar> {
  await page.setViewportSize({ width, height: 900 });
  const read = (): Promise<IToolbar> =>
    page.evaluate(() => {
      const { toolbar } = (window as any).jupyterapp.shell.currentWidget;
      const { popup } = toolbar.popupOpener;
      const items = (node: Element): HTMLElement[] =>
        [...node.children].filter(
          (child: any) =>
            child.dataset.jpItemName && !/spacer|opener/.test(child.className)
        ) as HTMLElement[];
      const inside = items(toolbar.node);
      const box = (item: HTMLElement): HTMLElement =>
        getComputedStyle(item).display === 'contents'
          ? (item.firstElementChild as HTMLElement)
          : item;
      const boxes = inside.map(box).filter(each => each?.offsetWidth > 0);
      const rows = new Set(
        boxes.map(each => Math.round(each.offsetTop / each.offsetHeight))
      );
      return {
        shown: inside
          .filter(item => box(item)?.offsetWidth > 0)
          .map(item => item.dataset.jpItemName!),
        order: [...inside, ...items(popup.node)].map(
          item => item.dataset.jpItemName!
        ),
        rows: rows.size,
        room: toolbar.node.clientWidth,
        core: inside
          .filter(item => !/^runtime-kit/.test(item.dataset.jpItemName!))
          .reduce((sum, item) => sum + item.offsetWidth, 2),
        spare:
          toolbar.node.querySelector('.jp-Toolbar-spacer')?.offsetWidth ?? 0
      };
    });
  let last: IToolbar | undefined;
  await expect
    .poll(
      async () => {
        const before = JSON.stringify(last);
        last = await read();
        return before === JSON.stringify(last);
      },
      { intervals: [700] }
    )
    .toBe(true);
  return last!;
}

/**
 * The whole toolbar, in a wide window. JupyterLab measures an item once, and the
 * kernel's name may have been another one then: as for another zoom, it measures
 * all again.
 */
async function wholeToolbar(page: Page): Promise<IToolbar> {
  await toolbarAt(page, 1700);
  await page.evaluate(() => {
    const { toolbar } = (window as any).jupyterapp.shell.currentWidget;
    toolbar._zoomChanged = true;
    return toolbar._onResize(true);
  });
  return toolbarAt(page, 1700);
}

for (const size of ['13px', '16px']) {
  test(`our items give way in the toolbar (text of ${size})`, async ({
    kit,
    page,
    runtime
  }) => {
    const style = (text: string): Promise<unknown> =>
      page.addInitScript(text => {
        document.addEventListener('DOMContentLoaded', () => {
          const node = document.createElement('style');
          node.textContent = text;
          document.head.append(node);
        });
      }, text);
    await style(`.jp-NotebookPanel { --jp-ui-font-size1: ${size}; }`);
    await kit.open({ cells: ['a = 1'] });
    await runtime.pretend(colab());
    await expect(kit.button('monitor')).toHaveText(/5 h \d+ min/);
    const whole = await wholeToolbar(page);
    expect(whole.order.filter(name => /^runtime-kit/.test(name))).toEqual([
      ...OURS.map(name => `runtime-kit-${name}`),
      'runtime-kit-monitor'
    ]);
    expect(whole.shown).toEqual(whole.order);

    const core = whole.order.filter(name => !/^runtime-kit/.test(name));
    for (const width of WIDTHS) {
      const { order, room, rows, shown, spare } = await toolbarAt(page, width);
      expect.soft(order, `order at ${width} px`).toEqual(whole.order);
      expect.soft(rows, `rows at ${width} px`).toBe(1);
      // JupyterLab keeps 39 pixels for its "…" menu and the edges. What fits
      // without us is there with us.
      if (whole.core + 39 <= room) {
        expect
          .soft(shown, `core at ${width} px`)
          .toEqual(expect.arrayContaining(core));
      }
      // Of ours the chip goes first, then the three buttons together.
      const ours = shown.filter(name => /^runtime-kit/.test(name));
      const allowed = [[], ['snippets'], OURS, [...OURS, 'monitor']].map(
        names => names.map(name => `runtime-kit-${name}`)
      );
      expect.soft(allowed, `ours at ${width} px`).toContainEqual(ours);
      // None is away without need.
      expect
        .soft(ours.length > 0 || spare < 34, `menu at ${width} px`)
        .toBe(true);
    }
  });
}

test('the menu of snippets opens where its button is folded away', async ({
  kit,
  page
}) => {
  await kit.open({ cells: ['a = 1'] });
  await page.setViewportSize({ width: 420, height: 900 });
  await expect(kit.button('snippets')).toBeHidden();
  await kit.start('runtime-kit:open-snippets');
  const menu = page.locator('.jp-RuntimeKit-menu');
  await expect(menu.getByText('Check GPU', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(menu).toHaveCount(0);
});
