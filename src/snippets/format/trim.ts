/**
 * A text without the characters at its end that are of a class.
 *
 * Patterns such as `(.*?)\s*$` do the same, in a time that grows with the
 * square of the text.
 *
 * @param ending - Matches one character.
 */
export function endingBefore(text: string, ending: RegExp): string {
  let end = text.length;
  while (end > 0 && ending.test(text[end - 1])) {
    end--;
  }
  return text.slice(0, end);
}
