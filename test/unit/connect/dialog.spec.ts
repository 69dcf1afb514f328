import {
  acceptDialog,
  dismissDialog,
  waitForDialog
} from '@jupyterlab/testing';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { RemoteDialog } from '../../../src/connect/connect';

const QUESTION = {
  help: 'What rclone says.',
  default: '',
  required: true,
  secret: true,
  hidden: true,
  exclusive: false,
  examples: []
};

/** A kernel that answers with what stands in the list; the real one is in the other tests. */
class FakeKernel {
  status = 'idle';
  statusChanged = new Signal<this, string>(this);
  asked: string[] = [];
  secrets: string[] = [];

  constructor(private _results: unknown[]) {}

  requestExecute(content: any): unknown {
    this.asked.push(content.user_expressions.runtime_kit);
    const text = `'${JSON.stringify(this._results.shift())}'`;
    const future = {
      onStdin: (_: unknown): void => undefined,
      dispose: () => undefined,
      done: Promise.resolve().then(() => {
        if (content.allow_stdin) {
          future.onStdin({ header: { msg_type: 'input_request' } });
        }
        const result = { status: 'ok', data: { 'text/plain': text } };
        return {
          content: { status: 'ok', user_expressions: { runtime_kit: result } }
        };
      })
    };
    return future;
  }

  sendInputReply(content: { value: string }): void {
    this.secrets.push(content.value);
  }
}

const KINDS = {
  kinds: [
    { type: 'drive', title: 'Google Drive' },
    { type: 'webdav', title: 'WebDAV' }
  ],
  taken: []
};
const step = (question: unknown, error = ''): unknown => ({
  draft: '/tmp/draft',
  state: question ? 's' : '',
  question,
  error
});

function dialogOf(kernel: FakeKernel): RemoteDialog {
  return new RemoteDialog(
    kernel as never,
    nullTranslator.load('jupyterlab_runtime_kit')
  );
}

function field(): HTMLInputElement {
  return document.querySelector('.jp-Dialog .jp-RuntimeKit-remote input')!;
}

function kindField(): HTMLSelectElement {
  return document.querySelector('.jp-Dialog .jp-RuntimeKit-remote select')!;
}

function title(): string {
  return document.querySelector('.jp-Dialog-header')!.textContent!;
}

it('asks two questions in plain words about Drive, then for the token', async () => {
  const question = { ...QUESTION, required: false };
  const kernel = new FakeKernel([
    KINDS,
    step({ ...question, name: 'client_id' }),
    step({ ...question, name: 'client_secret' }),
    step({ ...question, name: 'scope', default: 'drive' }),
    step({ ...question, name: 'service_account_file' }),
    step({ ...question, name: 'config_fs_advanced', default: 'false' }),
    step({ ...question, name: 'config_token' }),
    step({ ...question, name: 'config_token' }, 'Not that one.'),
    step(null),
    { saved: true, works: true, reason: '' }
  ]);
  const done = dialogOf(kernel).run();
  await acceptDialog();
  await waitForDialog();
  expect(title()).toBe('Connect a Remote: drive (1 of 3)');
  kindField().value = 'drive.readonly';
  await acceptDialog();
  await waitForDialog();
  expect(title()).toBe('Connect a Remote: drive (2 of 3)');
  const [id, secret] = document.querySelectorAll<HTMLInputElement>(
    '.jp-Dialog .jp-RuntimeKit-remote input'
  );
  expect(secret.type).toBe('password');
  [id.value, secret.value] = ['id-1 ', 'zebra'];
  await acceptDialog();
  await waitForDialog();
  expect(title()).toBe('Connect a Remote: drive (3 of 3)');
  field().value = 'wrong';
  await acceptDialog();
  await waitForDialog();
  expect(document.querySelector('.jp-Dialog')!.textContent).toContain(
    'Not that one.'
  );
  field().value = 'token';
  await acceptDialog();
  expect(await done).toBe('drive');
  expect(kernel.secrets).toEqual([
    'id-1',
    'zebra',
    'drive.readonly',
    '',
    'false',
    'wrong',
    'token'
  ]);
  expect(kernel.asked.join()).not.toContain('zebra');
});

it('asks question after question and saves at the end', async () => {
  const kernel = new FakeKernel([
    KINDS,
    { error: 'That name is taken.' },
    step({ ...QUESTION, name: 'url' }),
    step({ ...QUESTION, name: 'url' }, 'Not that one.'),
    step(null),
    { saved: true, works: true, reason: '' }
  ]);
  const done = dialogOf(kernel).run();
  await waitForDialog();
  expect(field().value).toBe('drive');
  field().value = ' box ';
  kindField().value = 'webdav';
  await acceptDialog();
  await waitForDialog();
  const alert = document.querySelector('.jp-Dialog [role="alert"]')!;
  expect(alert.textContent).toBe('That name is taken.');
  expect(field().value).toBe('box');
  await acceptDialog();
  // Nothing is no answer where one is needed: the kernel is not asked.
  await waitForDialog();
  expect(field().type).toBe('password');
  await acceptDialog();
  await waitForDialog();
  expect(kernel.secrets).toEqual([]);
  field().value = 'zebra-1';
  await acceptDialog();
  await waitForDialog();
  expect(document.querySelector('.jp-Dialog')!.textContent).toContain(
    'Not that one.'
  );
  field().value = 'zebra-2';
  await acceptDialog();
  expect(await done).toBe('box');
  expect(kernel.secrets).toEqual(['zebra-1', 'zebra-2']);
  expect(kernel.asked.join()).not.toContain('zebra');
  expect(kernel.asked[kernel.asked.length - 1]).toContain('"save"');
});

it('throws the draft away where the user gives up', async () => {
  const kernel = new FakeKernel([
    KINDS,
    step({ ...QUESTION, name: 'url' }),
    {}
  ]);
  const done = dialogOf(kernel).run();
  await waitForDialog();
  kindField().value = 'webdav';
  await acceptDialog();
  await waitForDialog();
  await dismissDialog();
  expect(await done).toBeNull();
  expect(kernel.asked[kernel.asked.length - 1]).toContain('"cancel"');
});
