/*
 * Reads what code of a notebook's kernel sends, which may be anything, as what the
 * types say. Nothing is longer than a page can show.
 */

/** At most so many characters of a text, and of a path. */
const TEXT = 500;
const PATH = 4096;
/** At most so many entries of each list of a few, and of named numbers. */
export const FEW = 16;
const NUMBERS = 50;

/** Makes a value of its type of any other; null is "not known". */
export type Reader<T> = (value: unknown) => T;

/** What a reader finds in a value that is well-formed. */
export type Known<R extends Reader<unknown>> = NonNullable<ReturnType<R>>;

type Readers = Readonly<Record<string, Reader<unknown>>>;

/**
 * Reads an object field by field; what is none is null.
 *
 * @param fields - How each field is read.
 * @param optional - The same for those that may be left out, and stay so.
 * @param needed - The object is null without these.
 */
export function shape<
  F extends Readers,
  O extends Readers = Record<never, never>,
  N extends keyof F = never
>(
  fields: F,
  optional = {} as O,
  needed: readonly N[] = []
): Reader<
  | ({
      [K in keyof F]: K extends N ? Known<F[K]> : ReturnType<F[K]>;
    } & { [K in keyof O]?: Exclude<ReturnType<O[K]>, undefined> })
  | null
> {
  return value => {
    const given = object(value);
    if (!given) {
      return null;
    }
    const found: Record<PropertyKey, unknown> = {};
    for (const [name, read] of Object.entries(fields)) {
      found[name] = read(given[name]);
    }
    for (const [name, read] of Object.entries(optional)) {
      const known = name in given ? read(given[name]) : undefined;
      if (known !== undefined) {
        found[name] = known;
      }
    }
    const isWhole = needed.every(name => found[name] !== null);
    return isWhole ? (found as never) : null;
  };
}

/** Reads at most so many objects of a list; what is none of them is left out. */
export function list<T>(read: Reader<T | null>, most: number): Reader<T[]> {
  return value =>
    (Array.isArray(value) ? value : [])
      .slice(0, most)
      .map(read)
      .filter((each): each is T => each !== null);
}

/** Reads one of some words, and any other value as `other`. */
export function oneOf<T extends string>(
  words: readonly T[],
  other: T
): Reader<T> {
  return value => words.find(word => word === value) ?? other;
}

/** Leaves out what a reader does not know. */
export function ifKnown<T>(read: Reader<T | null>): Reader<T | undefined> {
  return value => read(value) ?? undefined;
}

export function object(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

export function flag(value: unknown): boolean {
  return value === true;
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, TEXT) : '';
}

/** What another program printed, or a path that is shown only. */
export function longText(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, PATH) : '';
}

/** A path that is too long is none: cut, it would name something else. */
export function path(value: unknown): string | null {
  return typeof value === 'string' && value.length <= PATH ? value : null;
}

export function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function numberOrZero(value: unknown): number {
  return number(value) ?? 0;
}

export function numbers(value: unknown): Record<string, number> {
  const found = Object.entries(object(value) ?? {}).slice(0, NUMBERS);
  return Object.fromEntries(
    found
      .filter(([name, each]) => number(each) !== null && name.length <= TEXT)
      .map(([name, each]) => [name, each as number])
  );
}

/** Reads a few named values. */
export function record<T>(read: Reader<T>): Reader<Record<string, T>> {
  return value => {
    const found = Object.entries(object(value) ?? {}).slice(0, FEW);
    return Object.fromEntries(found.map(([name, each]) => [name, read(each)]));
  };
}
