import { parse } from 'yaml';

/** As in src/library/snippetText.ts. */
export const SNIPPET_CONTEXT = 'snippet';

/** What the front matter of a built-in snippet says to people. */
const FIELDS = ['title', 'description'];

/**
 * The messages in the front matter of a snippet: comment lines between two
 * lines `# ---`.
 *
 * @param name - stands in the references
 */
export function messagesOfSnippet(text, name) {
  const lines = text.split('\n');
  const start = lines.indexOf('# ---');
  const end = lines.indexOf('# ---', start + 1);
  if (start < 0 || end < 0) {
    throw new Error(`${name}: no front matter`);
  }
  const yaml = lines
    .slice(start + 1, end)
    .map(line => line.replace(/^# ?/, ''));
  const matter = parse(yaml.join('\n'));
  return FIELDS.filter(field => matter[field]).map(field => ({
    context: SNIPPET_CONTEXT,
    id: String(matter[field]),
    references: [name]
  }));
}
