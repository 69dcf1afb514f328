import { later } from './message';
import { PLATFORM_NAMES } from './platforms';

const PLATFORMS = [...Object.keys(PLATFORM_NAMES), 'local'].join('|');
const REQUIREMENT = new RegExp(
  '^(?:gpu' +
    '|package:[A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z_][A-Za-z0-9_]*)*' +
    '|tool:[A-Za-z0-9_][A-Za-z0-9_.+-]*' +
    `|platform:(?:${PLATFORMS}))$`
);

/** What `requires` may hold, for messages. */
export const REQUIREMENTS = later.__(
  'package:<import name>, tool:<executable>, gpu or platform:<id>'
);

/**
 * Whether a text of `requires` can be understood. All that are named are
 * needed, except that of several platforms one is enough.
 */
export function isRequirement(text: string): boolean {
  return REQUIREMENT.test(text);
}
