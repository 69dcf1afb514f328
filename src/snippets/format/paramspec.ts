import { SpecReader, SpecValue } from './specreader';

export type { SpecValue } from './specreader';

/**
 * What stands behind `@param`: a list to choose from, options, both or nothing.
 */
export interface IParameterSpec {
  readonly choices?: readonly SpecValue[];
  readonly options: Readonly<Record<string, SpecValue>>;
}

/**
 * Read what stands behind `@param` in Colab's form syntax: JSON, except that
 * keys may stand without quotes and strings in single ones. A further comment
 * may follow.
 *
 * @throws MessageError
 */
export function parseParameterSpec(text: string): IParameterSpec {
  const reader = new SpecReader(text);
  const choices = reader.peek() === '[' ? reader.readList() : undefined;
  const options = reader.peek() === '{' ? reader.readOptions() : {};
  if (reader.peek() !== '' && reader.peek() !== '#') {
    throw reader.unexpected();
  }
  return { ...(choices ? { choices } : {}), options };
}
