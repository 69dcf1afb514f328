import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

/**
 * Whether the Alt key is held while a menu item or a button is chosen, by mouse
 * or by keyboard. A key binding with Alt in it does not count.
 *
 * Menus and toolbars execute their commands while the event is dispatched, and
 * do not hand it on.
 *
 * @param args - The arguments that the command was called with.
 */
export function altHeld(args: ReadonlyPartialJSONObject): boolean {
  const event: unknown = window.event;
  return (
    !('_luminoEvent' in args) &&
    (event instanceof MouseEvent || event instanceof KeyboardEvent) &&
    event.altKey
  );
}
