import { only, TYPES } from '../format/declaration';
import type { IParameterSpec } from '../format/specreader';
import { SpecReader, SpecValue } from '../format/specreader';

/** Types that people write, and Colab's name for them. */
const SYNONYMS: Record<string, string> = {
  int: 'integer',
  float: 'number',
  double: 'number',
  bool: 'boolean',
  checkbox: 'boolean',
  str: 'string',
  text: 'string'
};

/** The specification in a cell that anybody wrote, and what follows it. */
export interface ILooseSpec extends IParameterSpec {
  /** A note behind the specification, with or without a `#`. */
  readonly note: string;
}

/**
 * Read a specification as Colab does, which takes more than it documents: options
 * in front of the list or in several braces, a key twice, a note without a `#`.
 *
 * @throws MessageError where a list or options are begun and not understood.
 */
export function readLooseSpec(text: string): ILooseSpec {
  const begun = text.replace(/^[\s:=]+/, '');
  // Braces that are forgotten: `@param type:"integer"`.
  const reader = new SpecReader(
    /^type\s*[:=]/.test(begun) ? `{${begun}` : begun,
    true
  );
  let choices: SpecValue[] | undefined;
  const options: Record<string, SpecValue> = {};
  for (;;) {
    const next = reader.peek();
    if (next === '[' && !choices) {
      choices = reader.readList();
    } else if (next === '{') {
      Object.assign(options, reader.readOptions());
    } else {
      const note = reader.rest.replace(/^[\s,;:#/\-–—}\]]+/u, '').trim();
      return { ...(choices ? { choices } : {}), options, note };
    }
  }
}

/**
 * The options as a field can follow them: Colab's name of the type, none where it
 * is unknown; limits that are numbers, quoted or not, and that leave room.
 *
 * @param isText - Whether the value is a string, which an unknown type (a file, a
 * password) leaves it.
 */
export function usableOptions(
  options: IParameterSpec['options'],
  isText: boolean
): IParameterSpec['options'] {
  const { type, min, max, step, ...others } = options;
  const [low, high, by] = [min, max, step].map(toNumber);
  const leavesRoom = low === undefined || high === undefined || low <= high;
  return {
    ...others,
    ...only('type', typeName(type) ?? (type && isText ? 'string' : undefined)),
    ...(leavesRoom ? { ...only('min', low), ...only('max', high) } : {}),
    ...only('step', by !== undefined && by > 0 ? by : undefined),
    'allow-input': /^true$/i.test(String(options['allow-input']))
  };
}

function typeName(type: SpecValue | undefined): string | undefined {
  const name = String(type).toLowerCase();
  return TYPES.includes(name) ? name : SYNONYMS[name];
}

function toNumber(limit: SpecValue | undefined): number | undefined {
  const text = String(limit ?? '').replace(/_/g, '');
  return text.trim() !== '' && Number.isFinite(Number(text))
    ? Number(text)
    : undefined;
}
