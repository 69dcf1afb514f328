import { MergeView, unifiedMergeView } from '@codemirror/merge';
import type { Extension } from '@codemirror/state';
import { EditorState } from '@codemirror/state';
import { Decoration, EditorView } from '@codemirror/view';
import React from 'react';

const COLLAPSED = { margin: 2, minSize: 4 };

/**
 * A source before and after, as a unified diff or side by side.
 */
export function CellDiff(props: CellDiff.IProps): React.JSX.Element {
  const { before, after, label, sideBySide = false } = props;
  const host = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    const parent = host.current ?? undefined;
    const view = sideBySide
      ? new MergeView({
          parent,
          a: { doc: ended(before), extensions: readOnly(label) },
          b: { doc: ended(after), extensions: readOnly(label) },
          gutter: false,
          collapseUnchanged: COLLAPSED
        })
      : new EditorView({
          parent,
          state: EditorState.create({
            doc: ended(after),
            extensions: [
              readOnly(label),
              unifiedMergeView({
                original: ended(before),
                mergeControls: false,
                gutter: false,
                collapseUnchanged: COLLAPSED
              })
            ]
          })
        });
    return () => view.destroy();
  }, [before, after, label, sideBySide]);
  const isNew = before === '';
  return (
    <div
      className={`jp-RuntimeKit-diff${isNew ? ' jp-RuntimeKit-diff-new' : ''}`}
      ref={host}
    />
  );
}

/**
 * Without a line end behind it, the last line counts as changed when another
 * follows it.
 */
function ended(source: string): string {
  return source === '' ? '' : `${source}\n`;
}

/** The empty line that `ended` makes is not part of the cell. */
const hideEnd = EditorView.decorations.of(({ state: { doc } }) => {
  const last = doc.line(doc.lines);
  return last.length > 0 || doc.lines === 1
    ? Decoration.none
    : Decoration.set(
        Decoration.line({ class: 'jp-RuntimeKit-diffEnd' }).range(last.from)
      );
});

function readOnly(label: string): Extension {
  return [
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    hideEnd,
    EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-readonly': 'true',
      tabindex: '0'
    })
  ];
}

export namespace CellDiff {
  export interface IProps {
    before: string;
    after: string;
    /** What a screen reader calls it. */
    label: string;
    sideBySide?: boolean;
  }
}
