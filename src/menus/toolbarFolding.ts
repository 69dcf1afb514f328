import type { Widget } from '@lumino/widgets';

/**
 * What is given up where room is short, in this order: the text of the chip, the
 * chip, the buttons that insert (the menu has them too), the menu.
 */
const STEPS = [
  'jp-RuntimeKit-mod-shortChip',
  'jp-RuntimeKit-mod-noChip',
  'jp-RuntimeKit-mod-noButtons',
  'jp-RuntimeKit-mod-noMenu'
];

/**
 * Show in a toolbar as many of our items as its other items leave room for.
 *
 * A toolbar moves its last items into a menu where it is short of room, whoever
 * takes that room. To it our items have no width (`display: contents`), so that
 * it never moves another item for them; they fold by themselves.
 *
 * @param toolbar - The toolbar of a notebook.
 */
export function foldItems(toolbar: Widget): void {
  const { node } = toolbar;
  const sizes = new ResizeObserver(fit);
  // Items come, go to the menu, and are empty until they are rendered.
  const changes = new MutationObserver(() => {
    observe();
    fit();
  });

  function fit(): void {
    node.classList.remove(...STEPS);
    for (const step of STEPS) {
      if (isOneRow(node)) {
        return;
      }
      node.classList.add(step);
    }
  }

  function observe(): void {
    sizes.disconnect();
    [node, ...boxes(node)].forEach(box => sizes.observe(box));
    const ours = ([...node.children] as HTMLElement[]).filter(isOurs);
    [node, ...ours].forEach(parent =>
      changes.observe(parent, { childList: true })
    );
  }

  observe();
  toolbar.disposed.connect(() => {
    sizes.disconnect();
    changes.disconnect();
  });
}

/** What takes room: the items, or the content of one that has no box itself. */
function boxes(toolbar: HTMLElement): HTMLElement[] {
  return ([...toolbar.children] as HTMLElement[]).flatMap(item =>
    isOurs(item) ? ([...item.children] as HTMLElement[]) : item
  );
}

function isOurs({ dataset }: HTMLElement): boolean {
  return Boolean(dataset.jpItemName?.startsWith('runtime-kit-'));
}

function isOneRow(toolbar: HTMLElement): boolean {
  const shown = boxes(toolbar).filter(
    ({ offsetHeight, offsetWidth }) => offsetHeight * offsetWidth > 0
  );
  const bottom = Math.min(
    ...shown.map(box => box.offsetTop + box.offsetHeight)
  );
  return shown.every(box => box.offsetTop < bottom);
}
