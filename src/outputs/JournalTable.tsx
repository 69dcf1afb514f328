import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';

import { ago, fileSize, shortened } from '../ui/format';
import type { IJournal, JournalClient } from './journalClient';

interface IProps {
  journals: readonly IJournal[];
  client: Pick<JournalClient, 'delete' | 'exportUrl'>;
  trans: TranslationBundle;
}

/** The journals of a server: what each holds, and what can be done with it. */
export function JournalTable({
  journals,
  client,
  trans
}: IProps): React.ReactElement {
  const [deleted, setDeleted] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState('');
  const left = journals.filter(one => !deleted.includes(one.kernel));
  const remove = async (kernel: string): Promise<void> => {
    try {
      await client.delete(kernel);
      setDeleted(known => [...known, kernel]);
      setProblem('');
    } catch (reason) {
      const { message } = reason as Error;
      setProblem(trans.__("Can't delete the outputs: %1", message));
    }
  };
  if (left.length === 0) {
    return <p>{trans.__('No outputs are kept on this server.')}</p>;
  }
  const now = Date.now() / 1000;
  return (
    <>
      <p>
        {trans.__(
          'Outputs that kernels of this server printed. They are restored when their notebook is opened.'
        )}
      </p>
      <table className="jp-RuntimeKit-journals">
        <thead>
          <tr>
            <th scope="col">{trans.__('Notebook')}</th>
            <th scope="col">{trans.__('Last output')}</th>
            <th scope="col">{trans.__('Size')}</th>
            <th scope="col">{trans.__('Actions')}</th>
          </tr>
        </thead>
        <tbody>
          {left.map(journal => (
            <Row
              key={journal.kernel}
              journal={journal}
              age={ago(trans, Math.max(0, now - journal.modified))}
              client={client}
              onDelete={() => void remove(journal.kernel)}
              trans={trans}
            />
          ))}
        </tbody>
      </table>
      {problem ? <p role="alert">{problem}</p> : null}
    </>
  );
}

function Row({
  journal,
  age,
  client,
  onDelete,
  trans
}: {
  journal: IJournal;
  age: string;
  client: IProps['client'];
  onDelete: () => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const name = journal.path ?? trans.__('(no notebook)');
  const download = (format: 'notebook' | 'text', label: string) => (
    <a
      className="jp-mod-styled jp-mod-minimal"
      href={client.exportUrl(journal.kernel, format)}
      download
      aria-label={trans.__('Export the outputs of %1 as %2', name, label)}
    >
      {label}
    </a>
  );
  return (
    <tr>
      <th scope="row" title={name}>
        {shortened(name)}
        {journal.alive ? null : <small> {trans.__('(kernel ended)')}</small>}
      </th>
      <td>{age}</td>
      <td>{fileSize(trans, journal.size)}</td>
      <td className="jp-RuntimeKit-journalActions">
        {download('notebook', trans.__('Notebook'))}
        {download('text', trans.__('Text'))}
        <button
          className="jp-mod-styled jp-mod-minimal"
          onClick={onDelete}
          aria-label={trans.__('Delete the outputs of %1', name)}
        >
          {trans.__('Delete')}
        </button>
      </td>
    </tr>
  );
}
