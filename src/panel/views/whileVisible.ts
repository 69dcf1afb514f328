import type { IDisposable } from '@lumino/disposable';
import { IMessageHandler, Message, MessageLoop } from '@lumino/messaging';
import type { Widget } from '@lumino/widgets';

/**
 * Hold something while a widget can be seen.
 *
 * Lumino tells children when a parent is shown or hidden (another tab in front,
 * a collapsed side bar), so each widget answers for itself.
 *
 * @param begin - Called when it comes into view; its result is disposed when it
 * goes.
 */
export function whileVisible(widget: Widget, begin: () => IDisposable): void {
  let held: IDisposable | null = null;
  const update = (): void => {
    const visible = widget.isVisible && !widget.isDisposed;
    if (visible && !held) {
      held = begin();
    } else if (!visible && held) {
      held.dispose();
      held = null;
    }
  };
  MessageLoop.installMessageHook(widget, (_: IMessageHandler, msg: Message) => {
    if (/^(after|before)-(show|hide|attach|detach)$/.test(msg.type)) {
      // Behind the message: it is what changes the widget's visibility.
      queueMicrotask(update);
    }
    return true;
  });
  widget.disposed.connect(update);
  update();
}
