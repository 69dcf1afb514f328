import { unifiedMergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import React from 'react';

/**
 * One cell's source before and after, as a unified diff.
 */
export function CellDiff({ before, after, label }: CellDiff.IProps) {
  const host = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    const view = new EditorView({
      parent: host.current ?? undefined,
      state: EditorState.create({
        doc: after,
        extensions: [
          EditorState.readOnly.of(true),
          EditorView.editable.of(false),
          EditorView.contentAttributes.of({
            'aria-label': label,
            'aria-readonly': 'true',
            tabindex: '0'
          }),
          unifiedMergeView({
            original: before,
            mergeControls: false,
            gutter: false,
            collapseUnchanged: { margin: 2, minSize: 4 }
          })
        ]
      })
    });
    return () => view.destroy();
  }, [before, after, label]);
  return <div className="jp-RuntimeKit-diff" ref={host} />;
}

export namespace CellDiff {
  export interface IProps {
    before: string;
    after: string;
    /** What a screen reader calls it. */
    label: string;
  }
}
