import { keyOf } from './message.mjs';
import { SAME } from './same.mjs';

/** Placeholders of gettext (%1) and of our own texts ({name}), sorted. */
function placeholders(text) {
  return (text.match(/%\d+|%%|\{\w*\}/g) ?? []).sort();
}

function problemOf({ id, plural, translation }) {
  if (!translation) {
    return 'not translated';
  }
  // A form for every number has to hold what the plural holds.
  const [wanted, found] = [
    placeholders(plural ?? id),
    placeholders(translation)
  ];
  if (wanted.join() !== found.join()) {
    return `placeholders differ: ${found.join(' ') || 'none'} in the translation`;
  }
  if (translation === id && !(id in SAME)) {
    return 'the same as in English, and not in scripts/i18n/same.mjs';
  }
  for (const [edge, text] of [
    [/^\s+/, 'start'],
    [/\s+$/, 'end']
  ]) {
    if ((edge.exec(id)?.[0] ?? '') !== (edge.exec(translation)?.[0] ?? '')) {
      return `white space at the ${text} differs`;
    }
  }
  return undefined;
}

/**
 * What is wrong with a catalog.
 *
 * @param extracted - the messages of today, by key
 * @param catalog - the messages of a language, by key
 * @returns a line for each problem
 */
export function problems(extracted, catalog) {
  const lines = [];
  const tell = (message, text) =>
    lines.push(
      `${JSON.stringify(message.id)} (${message.references.join(' ')}): ${text}`
    );
  for (const [key, message] of extracted) {
    const found = catalog.get(key);
    const text =
      !found || found.plural === message.plural
        ? problemOf({ ...message, translation: found?.translation })
        : 'with another plural in the catalog: run `npm run i18n`';
    if (text) {
      tell(message, text);
    }
  }
  for (const message of catalog.values()) {
    if (!extracted.has(keyOf(message))) {
      tell(message, 'used no more: run `npm run i18n`');
    }
  }
  return lines;
}
