/*
 * A message is { context?, id, plural?, references, translation? }. gettext
 * tells two messages apart by context and id.
 */

/** What gettext puts between a context and an id. */
const SEPARATOR = '\u0004';

/** The name under which catalogs hold a message. */
export function keyOf({ context, id }) {
  return context ? `${context}${SEPARATOR}${id}` : id;
}

/**
 * One message for each key, with all places where it is used.
 *
 * @throws Error where a text is used with a plural here and without one there:
 *   a catalog holds one of the two only
 */
export function merge(messages) {
  const merged = new Map();
  for (const message of messages) {
    const key = keyOf(message);
    const known = merged.get(key);
    if (!known) {
      merged.set(key, {
        ...message,
        references: [...new Set(message.references)]
      });
      continue;
    }
    if (known.plural !== message.plural) {
      const places = [...known.references, ...message.references].join(', ');
      throw new Error(
        `${places}: ${JSON.stringify(message.id)} has two plurals`
      );
    }
    known.references = [
      ...new Set([...known.references, ...message.references])
    ].sort();
  }
  return merged;
}
