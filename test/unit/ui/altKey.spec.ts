import { altHeld } from '../../../src/ui/altKey';

/** What is said while an event is dispatched. */
function during(event: Event, args = {}): boolean {
  let held = false;
  const node = document.createElement('button');
  node.addEventListener(event.type, () => {
    held = altHeld(args);
  });
  node.dispatchEvent(event);
  return held;
}

it('Alt is held while a mouse or a key chooses', () => {
  expect(during(new MouseEvent('click', { altKey: true }))).toBe(true);
  expect(during(new KeyboardEvent('keydown', { altKey: true }))).toBe(true);
  expect(during(new MouseEvent('click'))).toBe(false);
  expect(altHeld({})).toBe(false);
});

it('a key binding with Alt in it is no wish for a form', () => {
  const event = new KeyboardEvent('keydown', { altKey: true });
  const args = { _luminoEvent: { type: 'keybinding', keys: ['Alt D'] } };
  expect(during(event, args)).toBe(false);
});
