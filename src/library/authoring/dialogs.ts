import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { showForm } from '../../ui/formDialog';
import { translateError, translateMessage } from '../../ui/translateMessage';
import type { ISnippetCell } from '../../snippets';
import { parseSnippet, SnippetError } from '../../snippets';
import { writeSnippet } from '../../snippets/format/write';
import type { ICandidate } from './importers';
import { slugOf } from './ids';
import { withId } from './store';
import { TextForm, Texts } from './TextForm';

type HeadKey = 'title' | 'id' | 'description' | 'tags';

/**
 * Ask what selected cells shall be called as a snippet.
 *
 * @param taken - Ids that are there.
 * @returns null where the user cancelled.
 */
export async function askHead(
  cells: readonly ISnippetCell[],
  languages: readonly string[],
  taken: ReadonlySet<string>,
  trans: TranslationBundle
): Promise<ICandidate | null> {
  const write = (texts: Texts<HeadKey>): ICandidate => {
    const id = texts.id.trim() || slugOf(texts.title);
    const tags = texts.tags.split(',').map(tag => tag.trim());
    const head = {
      id,
      title: texts.title.trim(),
      description: texts.description.trim(),
      tags: tags.filter(tag => tag !== ''),
      languages
    };
    return { id, text: writeSnippet(head, cells) };
  };
  const body = new TextForm<HeadKey>({
    description: trans._n(
      'Save %1 cell as a snippet.',
      'Save %1 cells as a snippet.',
      cells.length
    ),
    fields: [
      { key: 'title', label: trans.__('Title'), text: '' },
      {
        key: 'id',
        label: trans.__('Id'),
        text: '',
        note: trans.__('Leave empty to derive it from the title.')
      },
      { key: 'description', label: trans.__('Description'), text: '' },
      {
        key: 'tags',
        label: trans.__('Tags'),
        text: '',
        note: trans.__('Separate tags with commas.')
      }
    ],
    check: texts => {
      const title = texts.title.trim() ? undefined : trans.__('Enter a title.');
      const id = texts.id.trim() || slugOf(texts.title);
      if (title || !id) {
        return { title, id: title ? undefined : trans.__('Enter an id.') };
      }
      if (taken.has(id)) {
        return { id: trans.__('Another snippet already has id "%1".', id) };
      }
      const reason = reasonOf(() => write(texts), trans);
      return reason ? { id: reason } : {};
    }
  });
  const answer = await showForm({
    title: trans.__('Save as Snippet'),
    body,
    cancel: trans.__('Cancel'),
    accept: trans.__('Save')
  });
  return answer ? write(answer.value) : null;
}

/**
 * Edit a snippet's text and id.
 *
 * @param taken - Ids of the others.
 */
export async function askText(
  { id, text }: ICandidate,
  taken: ReadonlySet<string>,
  trans: TranslationBundle
): Promise<ICandidate | null> {
  const body = new TextForm<'id' | 'text'>({
    fields: [
      { key: 'id', label: trans.__('Id'), text: id },
      { key: 'text', label: trans.__('Text'), text, lines: 18 }
    ],
    check: texts => {
      const newId = texts.id.trim();
      if (newId !== id && taken.has(newId)) {
        return { id: trans.__('Another snippet already has id "%1".', newId) };
      }
      const own = withId(texts.text, newId);
      const reason = reasonOf(
        () => parseSnippet(own, { id: newId, builtin: false }),
        trans
      );
      return reason ? { text: reason } : {};
    }
  });
  const answer = await showForm({
    title: trans.__('Edit Snippet'),
    body,
    cancel: trans.__('Cancel'),
    accept: trans.__('Save')
  });
  if (!answer) {
    return null;
  }
  const newId = answer.value.id.trim();
  return { id: newId, text: withId(answer.value.text, newId) };
}

/** What to do with a snippet whose id is there already. */
export async function askClash(
  id: string,
  copy: string,
  trans: TranslationBundle
): Promise<'keep both' | 'replace' | 'skip'> {
  const choices = ['skip', 'replace', 'keep both'] as const;
  const { button } = await showDialog({
    title: trans.__('A snippet with id "%1" already exists', id),
    body: trans.__(
      'Keep both (the new one as %1), or replace the existing snippet?',
      copy
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Skip') }),
      Dialog.warnButton({ label: trans.__('Replace'), actions: ['replace'] }),
      Dialog.okButton({ label: trans.__('Keep Both'), actions: ['keep both'] })
    ]
  });
  return choices.find(choice => button.actions.includes(choice)) ?? 'skip';
}

/** Ask before something is gone. */
export async function confirmDelete(
  title: string,
  trans: TranslationBundle
): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Delete Snippet'),
    body: trans.__('Delete snippet "%1"? This can\'t be undone.', title),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Delete') })
    ],
    defaultButton: 0
  });
  return button.accept;
}

/** What a format error says, or an empty text. */
function reasonOf(action: () => unknown, trans: TranslationBundle): string {
  try {
    action();
    return '';
  } catch (error) {
    if (!(error instanceof SnippetError)) {
      return translateError(error, trans);
    }
    const { place, line, reason } = error;
    return trans.__(
      '%1, line %2: %3',
      translateMessage(place, trans),
      line,
      translateMessage(reason, trans)
    );
  }
}
