import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { JournalTable } from './JournalTable';
import type { JournalClient } from './journalClient';

/** List the outputs that the server keeps; export or delete them. */
export async function showOutputsDialog(
  client: JournalClient,
  trans: TranslationBundle
): Promise<void> {
  const journals = await client.journals();
  const body =
    journals === null
      ? trans.__(
          'This server keeps no outputs: the server part of Runtime Kit is missing or switched off, or the kernels run on another server.'
        )
      : ReactWidget.create(
          <JournalTable journals={journals} client={client} trans={trans} />
        );
  await showDialog({
    title: trans.__('Outputs'),
    body,
    buttons: [Dialog.okButton({ label: trans.__('Close') })],
    hasClose: true
  });
}
