import { isCollection } from 'yaml';

import { FormatError } from './errors';
import type { IFrontMatter } from './frontmatter';
import { isRequirement, REQUIREMENTS } from './requires';
import type { ISnippet, ISnippetOrigin } from './types';

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
  const fail = (key: string, reason: string): never => {
    throw new FormatError(key, front.lines[key] ?? 1, reason);
  };
  const text = (key: string, fallback?: string): string => {
    const value = front.values[key];
    if (value === undefined && fallback !== undefined) {
      return fallback;
    }
    if (typeof value !== 'string' || value.trim() === '') {
      return fail(key, 'a text is needed; quote what YAML reads otherwise');
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
    return valid ? value : fail(key, 'a list of texts is needed: [a, b]');
  };
  const id = text('id', origin.id);
  if (!SLUG.test(origin.id)) {
    fail(
      'id',
      `"${origin.id}" is no id: lower-case letters, digits and hyphens between them`
    );
  }
  if (id !== origin.id) {
    fail(
      'id',
      `"${id}" differs from "${origin.id}", the name it is kept under`
    );
  }
  const version = front.values.version ?? 1;
  if (!Number.isSafeInteger(version) || (version as number) < 1) {
    fail('version', 'a whole number from 1 on is needed');
  }
  const requires = list('requires', []);
  const unknown = requires.find(item => !isRequirement(item));
  if (unknown !== undefined) {
    fail('requires', `"${unknown}" is none of ${REQUIREMENTS}`);
  }
  return {
    id,
    title: text('title'),
    description: text('description', ''),
    tags: list('tags', []),
    languages: list('languages', ['python']),
    requires,
    version: version as number,
    ...(front.values.icon === undefined ? {} : { icon: text('icon') }),
    form: origin.form ?? 'standalone',
    builtin: origin.builtin
  };
}
