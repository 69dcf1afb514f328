/** How far outside the visible part is near, so that scrolling meets no gaps. */
const MARGIN = '400px 0px';

/** The observer of each scrolled node, and what waits in it. */
const observers = new WeakMap<Element, IntersectionObserver>();
const waiting = new WeakMap<Element, () => void>();

/**
 * Call once when a node comes near the visible part of what scrolls it.
 *
 * @returns a function that stops waiting.
 */
export function whenNear(
  node: Element,
  scrolled: Element,
  call: () => void
): () => void {
  if (typeof IntersectionObserver === 'undefined') {
    call();
    return () => undefined;
  }
  const observer = observerOf(scrolled);
  waiting.set(node, call);
  observer.observe(node);
  return () => {
    waiting.delete(node);
    observer.unobserve(node);
  };
}

function observerOf(scrolled: Element): IntersectionObserver {
  const known = observers.get(scrolled);
  if (known) {
    return known;
  }
  const observer = new IntersectionObserver(
    entries => {
      for (const { isIntersecting, target } of entries) {
        const call = isIntersecting ? waiting.get(target) : undefined;
        if (call) {
          waiting.delete(target);
          observer.unobserve(target);
          call();
        }
      }
    },
    { root: scrolled, rootMargin: MARGIN }
  );
  observers.set(scrolled, observer);
  return observer;
}
