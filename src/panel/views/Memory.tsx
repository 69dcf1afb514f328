import React from 'react';

import { isLowDisk } from '../format/warnings';
import { fileSize, memory, memoryOf } from '../../ui/format';
import { Bar } from './Bar';
import { type ISectionProps, Section } from './Section';

/** Memory of process and machine, and what is free on the disks. */
export function Memory(props: ISectionProps): React.JSX.Element {
  const { model, services } = props;
  const { trans } = services;
  const sample = model.sample!;
  const { disks, memory: used, problems } = sample;
  const problem = [problems.memory, problems.working, problems.durable]
    .filter(Boolean)
    .join(' ');
  return (
    <Section
      name="memory"
      title={trans.__('Memory and disk')}
      problem={problem || undefined}
    >
      {used ? (
        <>
          <Bar
            label={
              used.source === 'cgroup'
                ? trans.__('Container memory')
                : trans.__('Machine memory')
            }
            used={used.used}
            total={used.limit}
            text={memoryOf(trans, used.used, used.limit)}
          />
          <p className="jp-RuntimeKit-facts">
            {trans.__('This kernel: %1', memory(trans, used.process))}
          </p>
        </>
      ) : (
        <p>{trans.__('Memory unknown')}</p>
      )}
      {disks.map(disk => {
        const low = isLowDisk(disk, model.settings.values.lowSpace);
        return (
          <React.Fragment key={disk.role}>
            <Bar
              label={
                disk.role === 'durable'
                  ? trans.__('Durable folder')
                  : trans.__('Working directory')
              }
              used={disk.total - disk.free}
              total={disk.total}
              text={trans.__('%1 free', fileSize(trans, disk.free))}
              warn={low}
            />
            <p className="jp-RuntimeKit-facts jp-RuntimeKit-path">
              {disk.path}
            </p>
            {low ? (
              <p className="jp-RuntimeKit-warning">
                {trans.__('Almost full: the next checkpoint may not fit.')}
              </p>
            ) : null}
          </React.Fragment>
        );
      })}
    </Section>
  );
}
