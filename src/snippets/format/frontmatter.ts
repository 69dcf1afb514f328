import type { Pair, Scalar } from 'yaml';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';

import { FormatError } from './errors';
import { later } from './message';

const FENCE = /^#\s*---\s*$/;
const KEYS = [
  'id',
  'title',
  'description',
  'tags',
  'languages',
  'requires',
  'version',
  'icon',
  'names'
];
const FIELD = 'front matter';

/**
 * The front matter as it was written; absent keys are undefined.
 */
export interface IFrontMatter {
  readonly values: Readonly<Record<string, unknown>>;
  /** 1-based line of each key. */
  readonly lines: Readonly<Record<string, number>>;
  /** 0-based index of the first line after it. */
  readonly end: number;
}

/**
 * Read the comment block between two `# ---` lines at the top as YAML.
 *
 * @throws FormatError
 */
export function parseFrontMatter(lines: readonly string[]): IFrontMatter {
  const start = lines.findIndex(line => line.trim() !== '');
  if (start < 0 || !FENCE.test(lines[start])) {
    throw new FormatError(
      FIELD,
      Math.max(1, start + 1),
      later.__(
        'must start with a "# ---" line, "# key: value" lines and another "# ---" line'
      )
    );
  }
  const body: string[] = [];
  let end = start + 1;
  for (; end < lines.length && !FENCE.test(lines[end]); end++) {
    const match = /^#(?: (.*)|\s*)$/.exec(lines[end]);
    if (!match) {
      throw new FormatError(
        FIELD,
        end + 1,
        later.__(
          'each line must start with "# "; a "# ---" line ends the front matter'
        )
      );
    }
    body.push(match[1] ?? '');
  }
  if (end === lines.length) {
    throw new FormatError(
      FIELD,
      start + 1,
      later.__('the closing "# ---" line is missing')
    );
  }
  return { ...readYaml(body.join('\n'), start + 2), end: end + 1 };
}

function readYaml(
  text: string,
  firstLine: number
): Pick<IFrontMatter, 'values' | 'lines'> {
  const counter = new LineCounter();
  const lineAt = (offset: number): number =>
    firstLine - 1 + Math.max(1, counter.linePos(offset).line);
  const document = parseDocument(text, {
    lineCounter: counter,
    prettyErrors: false
  });
  const [error] = document.errors;
  if (error) {
    throw new FormatError(
      FIELD,
      lineAt(error.pos[0]),
      later.__('invalid YAML: %1', error.message)
    );
  }
  if (!isMap(document.contents)) {
    throw new FormatError(
      FIELD,
      firstLine,
      later.__('must contain "# key: value" lines')
    );
  }
  const values: Record<string, unknown> = {};
  const lines: Record<string, number> = {};
  for (const pair of document.contents.items as Pair<Scalar>[]) {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    const line = lineAt(pair.key.range?.[0] ?? 0);
    if (!KEYS.includes(key)) {
      throw new FormatError(
        key || FIELD,
        line,
        later.__('unknown key; use one of %1', KEYS.join(', '))
      );
    }
    values[key] = document.get(key);
    lines[key] = line;
  }
  return { values, lines };
}
