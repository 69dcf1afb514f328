const MAX_DEPTH = 50;
/** Characters that a reader cannot see or that end a line somewhere. */
const UNPRINTABLE = /[\p{C}\p{Z}]/u;
const SHORT: Record<string, string> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t'
};

/**
 * Write a value as a Python literal on one line, such that `ast.literal_eval`
 * gives it back. Arrays become lists and objects dicts.
 *
 * @throws TypeError for what has no literal: NaN, infinities, functions, ...
 */
export function toPythonLiteral(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) {
    throw new TypeError('the value is nested too deeply');
  }
  switch (typeof value) {
    case 'string':
      return writeString(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'number':
      return writeNumber(value);
    case 'object':
      return value === null ? 'None' : writeObject(value, depth);
    default:
      throw new TypeError(`a ${typeof value} cannot be written as a literal`);
  }
}

function writeString(value: string): string {
  let text = '';
  for (const char of value) {
    text += SHORT[char] ?? (char === ' ' ? char : escapeUnprintable(char));
  }
  return `"${text}"`;
}

function escapeUnprintable(char: string): string {
  if (!UNPRINTABLE.test(char)) {
    return char;
  }
  const code = char.codePointAt(0)!;
  const hex = code.toString(16);
  if (code < 0x100) {
    return `\\x${hex.padStart(2, '0')}`;
  }
  return code < 0x10000
    ? `\\u${hex.padStart(4, '0')}`
    : `\\U${hex.padStart(8, '0')}`;
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value)) {
    throw new TypeError(`${value} has no Python literal`);
  }
  if (Object.is(value, -0)) {
    return '-0.0';
  }
  const text = String(value);
  // Beyond 2**53 a double stands for many integers: keep it a float.
  return Number.isSafeInteger(value) || /[.e]/.test(text) ? text : `${text}.0`;
}

function writeObject(value: object, depth: number): string {
  if (Array.isArray(value)) {
    return `[${Array.from(value, item => write(item, depth + 1)).join(', ')}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of another realm (a frame, jsdom) have another Object.prototype.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new TypeError('only plain objects can be written as a literal');
  }
  const items = Object.entries(value).map(
    ([key, item]) => `${writeString(key)}: ${write(item, depth + 1)}`
  );
  return `{${items.join(', ')}}`;
}
