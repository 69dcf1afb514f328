import { Cursor } from './cursor';
import { MessageError } from './errors';
import { later } from './message';
import { readNumber, readString } from './readscalar';
import type { ParameterValue } from './types';

const MAX_DEPTH = 50;
const NAMES: Record<string, ParameterValue> = {
  True: true,
  False: false,
  None: null
};

/**
 * Read a Python literal: strings, numbers, True, False, None, and lists, tuples
 * and dicts of these. Tuples become arrays; dict keys must be strings.
 *
 * @throws MessageError saying what does not belong into a parameter.
 */
export function readPythonLiteral(text: string): ParameterValue {
  const cursor = new Cursor(text);
  const value = readValue(cursor, 0);
  cursor.skipSpace();
  if (cursor.next) {
    throw cursor.unexpected();
  }
  return value;
}

/** Whether a number's literal is a float to Python: `1.0` and `1e3` are. */
export function isFloatLiteral(text: string): boolean {
  return /\.|^[^xX]*[eE]/.test(text);
}

function readValue(cursor: Cursor, depth: number): ParameterValue {
  if (depth > MAX_DEPTH) {
    throw new MessageError(later.__('nested too deeply'));
  }
  if (cursor.take('[')) {
    return readItems(cursor, ']', depth).items;
  }
  if (cursor.take('(')) {
    const { items, comma } = readItems(cursor, ')', depth);
    return items.length === 1 && !comma ? items[0] : items;
  }
  if (cursor.take('{')) {
    return readDict(cursor, depth);
  }
  return /[\d.+-]/.test(cursor.next)
    ? readNumber(cursor)
    : (readString(cursor) ?? readName(cursor));
}

function readItems(
  cursor: Cursor,
  close: string,
  depth: number
): { items: ParameterValue[]; comma: boolean } {
  const items: ParameterValue[] = [];
  let comma = false;
  while (!cursor.take(close)) {
    if (items.length > 0 && !comma) {
      throw cursor.unexpected();
    }
    items.push(readValue(cursor, depth + 1));
    comma = cursor.take(',');
  }
  return { items, comma };
}

function readDict(cursor: Cursor, depth: number): ParameterValue {
  const entries: [string, ParameterValue][] = [];
  let comma = true;
  while (!cursor.take('}')) {
    const key = comma ? readValue(cursor, depth + 1) : undefined;
    if (key === undefined || !cursor.take(':')) {
      throw cursor.unexpected();
    }
    if (typeof key !== 'string') {
      throw new MessageError(later.__('the keys of a dict must be strings'));
    }
    entries.push([key, readValue(cursor, depth + 1)]);
    comma = cursor.take(',');
  }
  return Object.fromEntries(entries);
}

function readName(cursor: Cursor): ParameterValue {
  const start = cursor.position;
  const name = cursor.match(/[A-Za-z_]\w*/y)?.[0] ?? '';
  if (!Object.prototype.hasOwnProperty.call(NAMES, name)) {
    cursor.position = start;
    throw cursor.unexpected();
  }
  return NAMES[name];
}
