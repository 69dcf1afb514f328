import { isCollection } from 'yaml';

import { FormatError } from './errors';
import type { IFrontMatter } from './frontmatter';
import type { Message } from './message';
import { later } from './message';
import type { ISnippet, ISnippetOrigin } from './types';
import { PLATFORM_NAMES } from './platforms';

const PLATFORMS = [...Object.keys(PLATFORM_NAMES), 'local'].join('|');
const REQUIREMENT = new RegExp(
  '^(?:gpu' +
    '|package:[A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z_][A-Za-z0-9_]*)*' +
    '|tool:[A-Za-z0-9_][A-Za-z0-9_.+-]*' +
    `|platform:(?:${PLATFORMS}))$`
);

/** What `requires` may hold, for messages. */
const REQUIREMENTS = later.__(
  'package:<import name>, tool:<executable>, gpu or platform:<id>'
);

/**
 * Whether a text of `requires` can be understood. All that are named are
 * needed, except that of several platforms one is enough.
 */
function isRequirement(text: string): boolean {
  return REQUIREMENT.test(text);
}

const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * Check what the front matter says about a snippet and fill in the defaults.
 *
 * @throws FormatError
 */
export function readMetadata(
  front: IFrontMatter,
  origin: ISnippetOrigin
): Omit<ISnippet, 'cells' | 'parameters'> {
  const fail = (key: string, reason: Message): never => {
    throw new FormatError(key, front.lines[key] ?? 1, reason);
  };
  const text = (key: string, fallback?: string): string => {
    const value = front.values[key];
    if (value === undefined && fallback !== undefined) {
      return fallback;
    }
    if (typeof value !== 'string' || value.trim() === '') {
      return fail(key, later.__('must be a string; put it in quotes'));
    }
    return value;
  };
  const list = (key: string, fallback: string[]): string[] => {
    const node = front.values[key];
    if (node === undefined) {
      return fallback;
    }
    const value: unknown = isCollection(node) ? node.toJSON() : node;
    const valid =
      Array.isArray(value) &&
      value.every(item => typeof item === 'string' && item.trim() !== '');
    return valid
      ? value
      : fail(key, later.__('must be a list of strings: %1', '[a, b]'));
  };
  const id = text('id', origin.id);
  if (!SLUG.test(origin.id)) {
    fail(
      'id',
      later.__(
        '"%1" is not a valid id: use lower-case letters, digits and single hyphens',
        origin.id
      )
    );
  }
  if (id !== origin.id) {
    fail(
      'id',
      later.__(
        '"%1" doesn\'t match "%2", the id it is stored under',
        id,
        origin.id
      )
    );
  }
  const version = front.values.version ?? 1;
  if (!Number.isSafeInteger(version) || (version as number) < 1) {
    fail('version', later.__('must be a whole number, 1 or more'));
  }
  const requires = list('requires', []);
  const unknown = requires.find(item => !isRequirement(item));
  if (unknown !== undefined) {
    fail('requires', later.__('"%1" is not one of %2', unknown, REQUIREMENTS));
  }
  return {
    id,
    title: text('title'),
    description: text('description', ''),
    tags: list('tags', []),
    languages: list('languages', ['python']),
    requires,
    version: version as number,
    ...(front.values.names === undefined ? {} : { names: list('names', []) }),
    ...(front.values.icon === undefined ? {} : { icon: text('icon') }),
    form: origin.form ?? 'standalone',
    builtin: origin.builtin
  };
}
