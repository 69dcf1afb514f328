/** A text of any length in a dialog, to be scrolled by keys too. */
export function scrollableText(text: string): HTMLPreElement {
  const node = document.createElement('pre');
  node.textContent = text;
  node.style.maxHeight = '40vh';
  node.style.overflow = 'auto';
  node.tabIndex = 0;
  return node;
}
