import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../lib/paths.mjs';
import { messagesOfSchema } from './extract-schema.mjs';
import { messagesOfEngine, messagesOfSnippet } from './extract-snippets.mjs';
import { messagesOfFile } from './extract-source.mjs';
import { merge } from './message.mjs';

function filesIn(folder, end) {
  return readdirSync(join(ROOT, folder), { recursive: true })
    .map(name => join(folder, name))
    .filter(name => end.test(name))
    .sort();
}

const read = name => readFileSync(join(ROOT, name), 'utf8');

/** All messages of the extension, by key, in the order of their places. */
export function extract() {
  return merge([
    ...filesIn('src', /\.tsx?$/).flatMap(name =>
      messagesOfFile(join(ROOT, name), name)
    ),
    ...filesIn('schema', /\.json$/).flatMap(name =>
      messagesOfSchema(JSON.parse(read(name)), name)
    ),
    ...filesIn('runtime_kit/snippets', /snippets\/(?!__)[^/]+\.py$/).flatMap(
      name => messagesOfSnippet(read(name), name)
    ),
    ...filesIn('runtime_kit/snippets/engines', /\.py$/).flatMap(name =>
      messagesOfEngine(read(name), name)
    )
  ]);
}
