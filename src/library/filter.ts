import type { ISnippet } from '../snippets/format/types';

/**
 * Whether a snippet is written for a kernel language; one that names none suits
 * all.
 *
 * @param language - As the kernel names it, for example `python`; case is ignored.
 */
export function suitsLanguage(
  { languages }: Pick<ISnippet, 'languages'>,
  language: string
): boolean {
  const name = language.toLowerCase();
  return (
    languages.length === 0 ||
    languages.some(candidate => candidate.toLowerCase() === name)
  );
}
