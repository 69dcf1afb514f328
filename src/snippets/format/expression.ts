const CLOSING: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

/**
 * Hold the text of a `raw` parameter against its place in a cell: the right-hand
 * side of one assignment on one line.
 *
 * It is the user's own code and is not understood here. But it must stay in its
 * place: no second statement, no comment that hides what follows, no bracket or
 * string that swallows the next line.
 *
 * @returns what is wrong with it, or null.
 */
export function expressionProblem(
  text: string
): 'empty' | 'line' | 'comment' | 'statement' | 'bracket' | 'string' | null {
  if (text.trim() === '') {
    return 'empty';
  }
  if (/[^\P{Cc}\t]|[\p{Zl}\p{Zp}]/u.test(text)) {
    return 'line';
  }
  // IPython takes `NAME = !command` and `NAME = %magic` for commands.
  if (/^[=!%]/.test(text.trimStart())) {
    return 'statement';
  }
  const mayHoldDefaults = /\blambda\b/.test(text);
  const open: string[] = [];
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"' || char === "'") {
      const end = endOfString(text, i);
      if (end < 0) {
        return 'string';
      }
      i = end - 1;
    } else if (char in CLOSING) {
      open.push(CLOSING[char]);
    } else if (')]}'.includes(char)) {
      if (open.pop() !== char) {
        return 'bracket';
      }
    } else if (char === '#') {
      return 'comment';
    } else if (char === ';' || char === '\\') {
      return 'statement';
    } else if (char === '=' && open.length === 0 && !mayHoldDefaults) {
      if (!/^(?:[=!<>]=|:=)/.test(text.slice(i - 1)) && text[i + 1] !== '=') {
        return 'statement'; // a further target
      }
    }
  }
  return open.length > 0 ? 'bracket' : null;
}

/** @returns the index behind a string that opens here, or -1. */
function endOfString(text: string, start: number): number {
  const quote = /^("""|'''|["'])/.exec(text.slice(start))![0];
  for (let i = start + quote.length; i < text.length; i++) {
    if (text[i] === '\\') {
      i++;
    } else if (text.startsWith(quote, i)) {
      return i + quote.length;
    }
  }
  return -1;
}
