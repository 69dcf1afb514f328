import { parse } from 'yaml';

/** As in src/library/snippetText.ts. */
export const SNIPPET_CONTEXT = 'snippet';

/** What the front matter of a built-in snippet says to people. */
const FIELDS = ['title', 'description'];

/** What a cell says to people, as in src/library/snippetText.ts. */
const SAID = /^(?:# @(?:title|markdown) |.*# @param .*[}\]] # )(\S.*)$/;

/** The title of an engine's cell; where it writes a file, a comment in there. */
const ENGINE_TITLE = /^# (?:# )?@title (\S.*)$/;

/**
 * The messages of a snippet: in its front matter, which is comment lines between
 * two lines `# ---`, and in its cells; of an engine its title.
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
  const fields = FIELDS.filter(field => matter[field]);
  return [
    ...fields.map(field => String(matter[field])),
    ...textsOfCells(lines.slice(end + 1))
  ].map(id => ({ context: SNIPPET_CONTEXT, id, references: [name] }));
}

/** The message of an engine that several snippets use: its title. */
export function messagesOfEngine(text, name) {
  return textsOfCells(['# %% engine:', ...text.split('\n')]).map(id => ({
    context: SNIPPET_CONTEXT,
    id,
    references: [name]
  }));
}

function textsOfCells(lines) {
  let isEngine = false;
  let line = 0;
  return lines.flatMap(text => {
    const marker = /^# %%(?:\s+(.*))?$/.exec(text);
    if (marker) {
      isEngine = /^engine:/.test(marker[1] ?? '');
      line = 0;
      return [];
    }
    line++;
    const said = (isEngine ? ENGINE_TITLE : SAID).exec(text)?.[1];
    return said && (!isEngine || line <= 2) ? [said] : [];
  });
}
