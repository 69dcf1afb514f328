import React from 'react';

import { codeText, PLATFORM_ADVICE } from '../format/verdictText';
import { fileSize } from '../../ui/format';
import { type ISectionProps, Section } from './Section';

/** The durable folder: where it is and whether it can be reached. */
export function Storage(props: ISectionProps): React.JSX.Element {
  const { model, services } = props;
  const { actions, connectRemote, trans } = services;
  const { disks, platform, problems, storage } = model.sample!;
  const disk = disks?.find(({ role }) => role === 'durable');
  return (
    <Section
      name="storage"
      title={trans.__('Storage')}
      problem={problems?.storage}
    >
      {storage ? (
        <>
          <p>
            <strong>{storage.provider}</strong>
            {' – '}
            {storage.healthy === null
              ? trans.__('status unknown')
              : storage.healthy
                ? trans.__('connected')
                : trans.__('unreachable')}
            {disk
              ? ` – ${trans.__('%1 free', fileSize(trans, disk.free))}`
              : ''}
          </p>
          <p className="jp-RuntimeKit-facts jp-RuntimeKit-path">
            {storage.path}
          </p>
          {storage.detail ? <p>{storage.detail}</p> : null}
          {storage.durable ? null : (
            <p className="jp-RuntimeKit-warning">
              {trans.__('This folder is deleted when the runtime ends.')}
            </p>
          )}
        </>
      ) : (
        <p>{trans.__('No durable folder connected.')}</p>
      )}
      {!storage && platform?.advice ? (
        <p>{codeText(platform.advice, PLATFORM_ADVICE, trans)}</p>
      ) : null}
      <div className="jp-RuntimeKit-buttons">
        {storage
          ? (['flush', 'remount'] as const).map(action => (
              <button
                key={action}
                type="button"
                className="jp-mod-styled"
                onClick={() => {
                  void actions.storage(model, action, storage);
                }}
              >
                {action === 'flush' ? trans.__('Flush') : trans.__('Remount')}
              </button>
            ))
          : null}
        {connectRemote ? (
          <button
            type="button"
            className="jp-mod-styled"
            onClick={connectRemote}
          >
            {trans.__('Connect a Remote…')}
          </button>
        ) : null}
      </div>
    </Section>
  );
}
