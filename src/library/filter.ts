import type { ISnippet } from '../snippets/format/types';

/**
 * The snippets written for a kernel language; a snippet that names none suits all.
 *
 * @param language - As the kernel names it, for example `python`; case is ignored.
 */
export function forLanguage(
  snippets: readonly ISnippet[],
  language: string
): ISnippet[] {
  const name = language.toLowerCase();
  return snippets.filter(
    ({ languages }) =>
      languages.length === 0 ||
      languages.some(candidate => candidate.toLowerCase() === name)
  );
}

/** The snippets that carry a tag. */
export function withTag(
  snippets: readonly ISnippet[],
  tag: string
): ISnippet[] {
  return snippets.filter(({ tags }) => tags.includes(tag));
}
