/*
 * Reads what code of a notebook's kernel sends, which may be anything, as what the
 * types say. Nothing is longer than a page can show.
 */

/** At most so many characters of a text, and of a path. */
export const TEXT = 500;
export const PATH = 4096;
/** At most so many entries of each list of a few, and of named numbers. */
export const FEW = 16;
const NUMBERS = 50;

export type Fields = Record<string, unknown>;

export function isThere<T>(value: T | null): value is T {
  return value !== null;
}

export function object(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : null;
}

export function objects(value: unknown, most: number): Fields[] {
  const list: unknown[] = Array.isArray(value) ? value : [];
  return list.slice(0, most).map(object).filter(isThere);
}

export function text(value: unknown, most = TEXT): string {
  return typeof value === 'string' ? value.slice(0, most) : '';
}

/** A path that is too long is none: cut, it would name something else. */
export function path(value: unknown): string | null {
  return typeof value === 'string' && value.length <= PATH ? value : null;
}

export function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function numbers(value: unknown): Record<string, number> {
  const found = Object.entries(object(value) ?? {}).slice(0, NUMBERS);
  return Object.fromEntries(
    found
      .filter(([name, each]) => number(each) !== null && name.length <= TEXT)
      .map(([name, each]) => [name, each as number])
  );
}

export function values(value: unknown): Record<string, string | number> {
  const found = Object.entries(object(value) ?? {}).slice(0, FEW);
  return Object.fromEntries(
    found.map(([name, each]) => [name, number(each) ?? text(each, PATH)])
  );
}

export function texts(value: unknown): Record<string, string> {
  const found = Object.entries(object(value) ?? {}).slice(0, FEW);
  return Object.fromEntries(found.map(([name, each]) => [name, text(each)]));
}
