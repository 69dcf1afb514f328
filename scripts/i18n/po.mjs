/*
 * Reads and writes the part of gettext's .po format that these catalogs use:
 * one entry a message, references, context, id, plural, one translation.
 */

const FIELDS = {
  msgctxt: 'context',
  msgid: 'id',
  msgid_plural: 'plural',
  msgstr: 'translation',
  'msgstr[0]': 'translation'
};

/** The messages of a .po file, without its header. */
export function parsePo(text) {
  const messages = [];
  for (const block of text.split(/\n\s*\n/)) {
    const message = { references: [] };
    let field;
    for (const line of block.split('\n').filter(line => line.trim() !== '')) {
      const [, name, quoted] =
        /^(?:(\w+(?:\[\d+\])?) )?(".*")\s*$/.exec(line) ?? [];
      if (line.startsWith('#: ')) {
        message.references.push(...line.slice(3).split(' '));
      } else if (name && FIELDS[name]) {
        field = FIELDS[name];
        message[field] = JSON.parse(quoted);
      } else if (quoted && !name && field) {
        message[field] += JSON.parse(quoted);
      } else if (!line.startsWith('#')) {
        throw new Error(`not understood in a .po file: ${line}`);
      }
    }
    if (message.id) {
      messages.push(message);
    }
  }
  return messages;
}

function formatMessage({ references, context, id, plural, translation = '' }) {
  const quote = JSON.stringify;
  return [
    ...references.map(reference => `#: ${reference}`),
    ...(context ? [`msgctxt ${quote(context)}`] : []),
    `msgid ${quote(id)}`,
    ...(plural ? [`msgid_plural ${quote(plural)}`] : []),
    `${plural ? 'msgstr[0]' : 'msgstr'} ${quote(translation)}`
  ].join('\n');
}

/** The text of a .po file. */
export function formatPo(messages, { domain, language, pluralForms }) {
  const header = [
    'msgid ""',
    'msgstr ""',
    ...[
      `Project-Id-Version: ${domain}`,
      `Language: ${language}`,
      'Content-Type: text/plain; charset=UTF-8',
      `Plural-Forms: ${pluralForms}`
    ].map(line => JSON.stringify(`${line}\n`))
  ].join('\n');
  return `${[header, ...messages.map(formatMessage)].join('\n\n')}\n`;
}
