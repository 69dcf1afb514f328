import type { ISnippet, ISnippetCell } from './types';

/** Results that the kernel can't tell from a value of the user's. */
const SHARED = new Set(['DRIVE']);
/** Names that texts speak of, "set RUN_FOLDER to a folder"; a quoted one is data. */
const CAPITALS = /(?<![\w.{])(?!(?<=['"])[A-Z][A-Z\d_]*['"])[A-Z][A-Z\d_]*\b/g;
const TOKEN =
  /("""|''')[\s\S]*?\1|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#[^\n]*|[\p{L}_][\p{L}\p{N}_]*|[\s\S]/gu;

/** New names by the ones that a snippet has. */
export type Renames = ReadonlyMap<string, string>;

/**
 * The names that a snippet's cells assign or define by themselves and that can
 * be others, parameters included; imports can not.
 */
export function ownNames({
  names = [],
  parameters,
  cells
}: ISnippet): string[] {
  return [...names, ...parameters.map(({ name }) => name)].filter(name =>
    binds(cells, name)
  );
}

/** Those in which the cells that are seen leave their results. */
export function resultNames({ names = [], cells }: ISnippet): string[] {
  const seen = cells.filter(({ folded }) => !folded);
  return names.filter(name => !SHARED.has(name) && binds(seen, name));
}

function binds(cells: readonly ISnippetCell[], name: string): boolean {
  return cells.some(
    ({ cellType, source }) =>
      cellType === 'code' &&
      !source.startsWith('%%') &&
      binding(name).test(source)
  );
}

/** A statement that binds a name, which may be a pattern. */
function binding(name: string): RegExp {
  return new RegExp(
    String.raw`^(?:(?:def|class) (?<defined>${name})\b|(?:\w+, )*(?<assigned>${name})(?:, \w+)* = )`,
    'm'
  );
}

/** The snippet's cells with other names. */
export function renameCells(
  cells: readonly ISnippetCell[],
  renames: Renames
): ISnippetCell[] {
  return cells.map(cell => {
    const global = [...renames].filter(([name]) => !isLocalIn(cell, name));
    return { ...cell, source: renamed(cell, renames, new Map(global)) };
  });
}

/** Whether a function of an engine has something of its own by that name. */
function isLocalIn({ folded, source }: ISnippetCell, name: string): boolean {
  const local = String.raw`^[ \t]+(?:(?:def|class) NAME\b|(?:\w+, )*NAME(?:, \w+)* = )|\bdef \w+\([^)]*\bNAME\b|\bfor [\w, ]*\bNAME\b|\bas NAME\b|\bimport [\w, ]*\bNAME\b`;
  return (
    folded === true &&
    new RegExp(local.replace(/NAME/g, name), 'm').test(source)
  );
}

/** The other names that an insertion of the snippet was given. */
export function renamesIn(snippet: ISnippet, code: string): Renames {
  return new Map(
    ownNames(snippet).flatMap(name => {
      const groups = binding(String.raw`${name}_\d+`).exec(code)?.groups;
      const other = groups?.defined ?? groups?.assigned;
      return other ? [[name, other] as const] : [];
    })
  );
}

/** The code with the names that the snippet has. */
export function withOwnNames(snippet: ISnippet, code: string): string {
  return ownNames(snippet).reduce(
    (text, name) =>
      text.replace(new RegExp(String.raw`\b${name}_\d+\b`, 'g'), name),
    code
  );
}

/** The first name with a number behind it that is free. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  let number = 2;
  while (taken.has(`${name}_${number}`)) {
    number++;
  }
  return `${name}_${number}`;
}

/** @param inside - Those that are others inside functions too. */
function renamed(
  { cellType, source }: ISnippetCell,
  renames: Renames,
  inside: Renames
): string {
  if (renames.size === 0) {
    return source;
  }
  if (cellType !== 'code') {
    return inText(source, renames);
  }
  if (source.startsWith('%%')) {
    // The body is another program's.
    const end = source.indexOf('\n');
    return inText(source.slice(0, end), renames) + source.slice(end);
  }
  return inCode(source, renames, inside);
}

/** Names in code and calls that a text shows, and names in capitals. */
function inText(text: string, renames: Renames): string {
  const other = (name: string): string => renames.get(name) ?? name;
  return text
    .replace(/(?<![\w.])[\p{L}_]\w*(?=[.(`}])/gu, other)
    .replace(CAPITALS, other);
}

/** IPython fills names into the strings of its commands. */
function inCommand(text: string, renames: Renames): string {
  return text.replace(
    /(?<=[${])[\p{L}_]\w*/gu,
    name => renames.get(name) ?? name
  );
}

/** A string, which may be a message or, with `f` before it, hold expressions. */
function inString(text: string, prefix: string, renames: Renames): string {
  const other = (name: string): string => renames.get(name) ?? name;
  const isFormat = /^r?fr?$/i.test(prefix);
  const filled = isFormat
    ? text.replace(/(?<!\{)\{[^{}]*\}/g, part =>
        part.replace(/(?<![\w.'"])[\p{L}_]\w*/gu, other)
      )
    : text;
  return /\s/.test(text) ? filled.replace(CAPITALS, other) : filled;
}

function inCode(code: string, renames: Renames, inside: Renames): string {
  let depth = 0;
  let before = '\n';
  let isTop = true;
  let isDefinition = false;
  let isCommand = false;
  let result = '';
  for (const { 0: token, index } of code.matchAll(TOKEN)) {
    if (before === '\n' && depth === 0) {
      isTop = !/\s/.test(token);
      isCommand = /[!%]/.test(token);
      isDefinition = /^(?:def|class|async)$/.test(token);
    }
    depth += '([{'.includes(token) ? 1 : ')]}'.includes(token) ? -1 : 0;
    const end = index + token.length;
    const isKeyword = depth > 0 && /^ *=(?!=)/.test(code.slice(end, end + 8));
    const isName = before !== '.' && !isKeyword;
    // The parameters of a function are inside it.
    const here = isTop && !(isDefinition && depth > 0) ? renames : inside;
    const other = isName ? here.get(token) : undefined;
    result +=
      other ??
      (token.startsWith('#')
        ? inText(token, renames)
        : /^["']./.test(token)
          ? isCommand
            ? inCommand(token, here)
            : inString(token, before, here)
          : token);
    before = token;
  }
  return result;
}
