/**
 * An id made from a title or a file's name: lower-case letters, digits and
 * hyphens. Empty where nothing of the text can stand in one.
 */
export function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** The id itself, or with the next number behind it where it is taken. */
export function freeId(id: string, taken: ReadonlySet<string>): string {
  const base = id || 'my-snippet';
  if (!taken.has(base)) {
    return base;
  }
  const stem = base.replace(/-\d+$/, '');
  let n = 2;
  while (taken.has(`${stem}-${n}`)) {
    n++;
  }
  return `${stem}-${n}`;
}
