import type { TranslationBundle } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { summary } from '../format/summary';
import type { RuntimeModel } from '../model/runtimeModel';

const COMPACT = 'jp-RuntimeKit-compact';
const EMPTY = 'jp-RuntimeKit-empty';

/**
 * Give a chip its room in the toolbar once its text is known.
 *
 * A toolbar measures an item once and moves what does not fit into a menu. So
 * the chip is without a size before, and from then on as wide as its text gets:
 * a `ch` is as wide as the widest digit.
 */
export function layoutChip(
  slot: Widget,
  model: RuntimeModel,
  trans: TranslationBundle
): void {
  const fit = (): void => {
    const text = summary(model, trans);
    const toolbar = slot.parent;
    if (!text || !toolbar) {
      return;
    }
    model.changed.disconnect(fit);
    slot.node.style.minWidth = `calc(${text.length}ch + 28px)`;
    slot.removeClass(EMPTY);
    compactWhenCrowded(slot);
    const { clientHeight, clientWidth } = toolbar.node;
    MessageLoop.postMessage(
      toolbar,
      new Widget.ResizeMessage(clientWidth, clientHeight)
    );
  };
  model.changed.connect(fit);
  slot.disposed.connect(() => {
    model.changed.disconnect(fit);
  });
  fit();
}

/**
 * Let a toolbar item give up its text where the toolbar needs two rows, and have
 * it back where there is room.
 *
 * A toolbar moves what does not fit into a menu, but it measures an item once:
 * the kernel's name is longer than the "No Kernel" that it was, and a chip's
 * text grows. The last items would lie over the first cell.
 *
 * @param slot - The item, in its toolbar.
 */
function compactWhenCrowded(slot: Widget): void {
  const toolbar = slot.parent?.node;
  if (!toolbar) {
    return;
  }
  let spared = 0;
  const fit = (): void => {
    const children = [...toolbar.children] as HTMLElement[];
    const items = children.filter(
      ({ offsetHeight, offsetWidth }) => offsetHeight * offsetWidth > 0
    );
    if (slot.hasClass(COMPACT)) {
      if (slack(toolbar, items) > spared) {
        slot.removeClass(COMPACT);
      }
    } else if (hasTwoRows(items)) {
      const before = slot.node.offsetWidth;
      slot.addClass(COMPACT);
      spared = before - slot.node.offsetWidth;
    }
  };
  const observer = new ResizeObserver(fit);
  observer.observe(toolbar);
  // Also those that are empty until they are rendered. It calls `fit` with each.
  const observe = (children: Iterable<Node>): void => {
    for (const child of children) {
      observer.observe(child as Element);
    }
  };
  observe(toolbar.children);
  const items = new MutationObserver(changes => {
    changes.forEach(({ addedNodes, removedNodes }) => {
      removedNodes.forEach(child => observer.unobserve(child as Element));
      observe(addedNodes);
    });
    fit();
  });
  items.observe(toolbar, { childList: true });
  slot.disposed.connect(() => {
    observer.disconnect();
    items.disconnect();
  });
}

function hasTwoRows(items: readonly HTMLElement[]): boolean {
  const bottom = Math.min(
    ...items.map(item => item.offsetTop + item.offsetHeight)
  );
  return items.some(item => item.offsetTop >= bottom);
}

/** Pixels that only the spacer takes. */
function slack(toolbar: HTMLElement, items: readonly HTMLElement[]): number {
  const used = items
    .filter(item => !item.classList.contains('jp-Toolbar-spacer'))
    .reduce((sum, item) => sum + item.offsetWidth, 0);
  return toolbar.clientWidth - used - 16;
}
