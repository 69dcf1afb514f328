import { importFile } from '../authoring/importers';
import { sentenceOf } from '../../snippets';
import type { Message } from '../../snippets/format/message';
import { later } from '../../snippets/format/message';
import type { IFolderReader } from './read';
import { readSource } from './read';

/** A snippet that a source has. */
interface ISourceSnippet {
  readonly id: string;
  readonly text: string;
  /** The source, as the setting names it. */
  readonly source: string;
}

/** What could not be read, and where. */
export interface ISourceProblem {
  readonly source: string;
  readonly reason: Message;
}

/**
 * Read all sources. One that fails is named and skipped; of snippets with the
 * same id that of the first source is taken.
 */
export async function collectSources(
  sources: readonly string[],
  contents: IFolderReader
): Promise<{ snippets: ISourceSnippet[]; problems: ISourceProblem[] }> {
  const snippets = new Map<string, ISourceSnippet>();
  const problems: ISourceProblem[] = [];
  const read = await Promise.allSettled(
    sources.map(source => readSource(source, contents))
  );
  read.forEach((result, index) => {
    const source = sources[index];
    const fail = (reason: Message): void => {
      problems.push({ source, reason });
    };
    if (result.status === 'rejected') {
      fail(sentenceOf(result.reason));
      return;
    }
    for (const { name, text } of result.value) {
      const imported = importFile(name, text);
      imported.problems.forEach(fail);
      for (const snippet of imported.snippets) {
        const other = snippets.get(snippet.id);
        if (other) {
          fail(
            later.__(
              '"%1" is also in %2, which takes precedence',
              snippet.id,
              other.source
            )
          );
        } else {
          snippets.set(snippet.id, { ...snippet, source });
        }
      }
    }
  });
  return { snippets: [...snippets.values()], problems };
}
