import { LineScanner } from '../format/scan';

const NAME = String.raw`[\p{L}_][\p{L}\p{N}_]*`;
/** `a, *b = ...`, `a: int = ...`, `a += ...`, `(a, b) = ...` */
const ASSIGNMENT = new RegExp(
  String.raw`^\s*\(?((?:\*?${NAME}\s*,\s*)*\*?${NAME})\s*,?\s*\)?\s*(?::[^=]+)?(?:\*\*|//|>>|<<|[-+*/%&|^@])?=(?!=)`,
  'u'
);
const DEFINITION = new RegExp(
  String.raw`^(?:async\s+)?(?:def|class)\s+(${NAME})`,
  'u'
);
const LOOP = /^\s*(?:async\s+)?for\s+([^:#]+)/u;
const IMPORT = /^\s*(?:from\s+(\S+)\s+)?import\s+([^#]+)/u;
const AS = new RegExp(String.raw`\bas\s+(${NAME})`, 'gu');

/**
 * The names that a cell of Python binds in its notebook, as far as its lines
 * tell: assignments, loops, imports, functions and classes. What a function binds
 * inside stays inside.
 */
export function boundNames(source: string): Set<string> {
  const names = new Set<string>();
  const add = (text: string): void => {
    for (const [name] of text.matchAll(new RegExp(NAME, 'gu'))) {
      names.add(name);
    }
  };
  if (/^\s*%%(?!time|capture)/.test(source)) {
    return names;
  }
  const scanner = new LineScanner();
  let isInside = false;
  for (const line of source.split('\n')) {
    const { startsStatement, comment } = scanner.scan(line);
    if (!startsStatement || line.trim() === '' || comment === 0) {
      continue;
    }
    const definition = DEFINITION.exec(line);
    isInside = /^\s/.test(line) ? isInside : definition !== null;
    if (definition) {
      names.add(definition[1]);
    } else if (!isInside) {
      addBound(line, add);
    }
  }
  return names;
}

function addBound(line: string, add: (text: string) => void): void {
  const imported = IMPORT.exec(line);
  if (imported) {
    if (!/^runtime_kit\b/.test(imported[1] ?? imported[2])) {
      for (const part of imported[2].replace(/[()]/g, '').split(',')) {
        add(part.replace(/^.*\bas\b/, '').split('.')[0]);
      }
    }
    return;
  }
  add(
    LOOP.exec(line)?.[1].split(/\sin\b/)[0] ?? ASSIGNMENT.exec(line)?.[1] ?? ''
  );
  if (/^\s*(?:async\s+)?with\b/.test(line)) {
    for (const [, name] of line.matchAll(AS)) {
      add(name);
    }
  }
}
