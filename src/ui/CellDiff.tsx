import { MergeView, unifiedMergeView } from '@codemirror/merge';
import type { Extension } from '@codemirror/state';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
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
          a: { doc: before, extensions: readOnly(label) },
          b: { doc: after, extensions: readOnly(label) },
          gutter: false,
          collapseUnchanged: COLLAPSED
        })
      : new EditorView({
          parent,
          state: EditorState.create({
            doc: after,
            extensions: [
              readOnly(label),
              unifiedMergeView({
                original: before,
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

function readOnly(label: string): Extension {
  return [
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
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
