import React from 'react';

import { Run } from './Run';
import { type ISectionProps, Section } from './Section';

/** The runs in the durable folder and those alive in the kernel. */
export function Runs(props: ISectionProps): React.JSX.Element {
  const { model, services } = props;
  const { trans } = services;
  const { problems, runs, runs_left_out: more = 0 } = model.sample!;
  const body = React.useRef<HTMLDivElement>(null);
  // The run in which the focus is, while it is in one.
  const focused = React.useRef<number | null>(null);

  React.useLayoutEffect(() => {
    // The focused button or its run was removed: focus its neighbour.
    if (focused.current === null || document.activeElement !== document.body) {
      return;
    }
    const left = body.current?.querySelectorAll<HTMLElement>('li') ?? [];
    const next = left[Math.min(focused.current, left.length - 1)];
    const target =
      next?.querySelector('button') ??
      body.current?.closest('details')?.querySelector('summary');
    target?.focus();
  });

  return (
    <Section name="runs" title={trans.__('Runs')} problem={problems?.runs}>
      <div
        ref={body}
        onFocus={({ target }) => {
          const all = [...(body.current?.querySelectorAll('li') ?? [])];
          const index = all.findIndex(each => each.contains(target));
          focused.current = index < 0 ? null : index;
        }}
        onBlur={() => {
          focused.current = null;
        }}
      >
        {runs?.length ? (
          <ul className="jp-RuntimeKit-runs">
            {runs.map(run => (
              <Run
                key={run.folder}
                model={model}
                run={run}
                services={services}
              />
            ))}
          </ul>
        ) : (
          <p>
            {runs
              ? trans.__(
                  'No runs yet. Insert Checkpoint & resume to start one.'
                )
              : trans.__('Unknown')}
          </p>
        )}
        {more > 0 ? (
          <p className="jp-RuntimeKit-facts">
            {trans._n(
              '%1 older run not shown. To list all runs: %2',
              '%1 older runs not shown. To list all runs: %2',
              // Which is %1 too.
              more,
              'python -m runtime_kit runs'
            )}
          </p>
        ) : null}
      </div>
    </Section>
  );
}
