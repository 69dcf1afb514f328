import type { Notebook } from '@jupyterlab/notebook';
import { Widget } from '@lumino/widgets';
import React from 'react';

const MARKDOWN = 'text/markdown';

/**
 * Markdown of a form, rendered as in the notebook's markdown cells. The text is
 * never trusted: it is sanitized, whoever wrote it.
 */
export function FormMarkdown(props: {
  text: string;
  rendermime: Notebook['rendermime'];
}): React.JSX.Element {
  const { text, rendermime } = props;
  const host = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    const renderer = rendermime.createRenderer(MARKDOWN);
    const model = rendermime.createModel({
      data: { [MARKDOWN]: withRules(text) },
      trusted: false
    });
    Widget.attach(renderer, host.current!);
    void renderer.renderModel(model);
    return () => renderer.dispose();
  }, [text, rendermime]);
  return <div ref={host} className="jp-RuntimeKit-formText" />;
}

/** A line of dashes is a rule in Colab, never the mark of a heading above it. */
function withRules(text: string): string {
  return text.replace(/^[ \t]*(-{3,}|={3,})[ \t]*$/gm, '\n$1');
}
