import type { TranslationBundle } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { headline } from '../format/headline';
import type { RuntimeModel } from '../model/runtimeModel';
import { yieldRoom } from './yieldRoom';

const EMPTY = 'jp-RuntimeKit-empty';

/**
 * Give a chip its room in the toolbar once its text is known.
 *
 * A toolbar measures an item once and moves what does not fit into a menu. So
 * the chip is without a size before, and from then on as wide as its text gets:
 * a `ch` is as wide as the widest digit.
 */
export function roomForChip(
  slot: Widget,
  model: RuntimeModel,
  trans: TranslationBundle
): void {
  const fit = (): void => {
    const text = headline(model, trans);
    const toolbar = slot.parent;
    if (!text || !toolbar) {
      return;
    }
    model.changed.disconnect(fit);
    slot.node.style.minWidth = `calc(${text.length}ch + 28px)`;
    slot.removeClass(EMPTY);
    yieldRoom(slot);
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
