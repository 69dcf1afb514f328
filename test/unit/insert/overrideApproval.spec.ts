import { showDialog } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';

import { OverrideApproval } from '../../../src/insert/overrideApproval';
import { ISnippet, parseSnippet } from '../../../src/snippets';

jest.mock('@jupyterlab/apputils', () => ({
  ...jest.requireActual('@jupyterlab/apputils'),
  showDialog: jest.fn()
}));

const TEXT = '# ---\n# title: Mount Drive\n# ---\nprint("theirs")';
const THEIRS: ISnippet = {
  ...parseSnippet(TEXT, { id: 'drive-mount', builtin: false }),
  overridesBuiltin: true,
  source: 'https://team.example/snippets.json'
};
const trans = nullTranslator.load('');
const asked = jest.mocked(showDialog);

/** What a browser keeps. */
function storage(): Pick<Storage, 'getItem' | 'setItem'> {
  const values = new Map<string, string>();
  return {
    getItem: key => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value)
  };
}

describe('OverrideApproval', () => {
  const answer = (accept: boolean): void => {
    asked.mockResolvedValue({ button: { accept } } as any);
  };

  beforeEach(() => {
    asked.mockReset();
    answer(true);
  });

  it('asks nothing for a snippet that stands in for none', async () => {
    const snippet = { ...THEIRS, overridesBuiltin: undefined };
    expect(await new OverrideApproval(trans).ask(snippet, TEXT)).toBe(true);
    expect(asked).not.toHaveBeenCalled();
  });

  it('asks once, with the code, also after a reload', async () => {
    const kept = storage();
    const approval = new OverrideApproval(trans, kept);
    expect(await approval.ask(THEIRS, TEXT)).toBe(true);
    const { body } = asked.mock.calls[0][0]!;
    expect((body as any).node.textContent).toContain('print("theirs")');
    expect((body as any).node.textContent).toContain('team.example');
    expect(await approval.ask(THEIRS, TEXT)).toBe(true);
    expect(await new OverrideApproval(trans, kept).ask(THEIRS, TEXT)).toBe(
      true
    );
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['text', THEIRS, `${TEXT} `],
    ['source', { ...THEIRS, source: 'https://else.example' }, TEXT],
    ['id', { ...THEIRS, id: 'gpu-check' }, TEXT]
  ])('asks again after a change of its %s', async (_, snippet, text) => {
    const approval = new OverrideApproval(trans, storage());
    await approval.ask(THEIRS, TEXT);
    answer(false);
    expect(await approval.ask(snippet, text)).toBe(false);
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('asks again after a no', async () => {
    const approval = new OverrideApproval(trans, storage());
    answer(false);
    expect(await approval.ask(THEIRS, TEXT)).toBe(false);
    answer(true);
    expect(await approval.ask(THEIRS, TEXT)).toBe(true);
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('asks once for requests that come at the same time', async () => {
    const approval = new OverrideApproval(trans, storage());
    const asks = Array.from({ length: 9 }, () => approval.ask(THEIRS, TEXT));
    expect(await Promise.all(asks)).toEqual(Array(9).fill(true));
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['damaged', { getItem: () => '{"a', setItem: () => undefined }],
    ['of another kind', { getItem: () => '{}', setItem: () => undefined }],
    [
      'full',
      {
        getItem: () => null,
        setItem: () => {
          throw new Error('QuotaExceededError');
        }
      }
    ],
    ['absent', null]
  ])('keeps a yes for the page where storage is %s', async (_, kept) => {
    const approval = new OverrideApproval(trans, kept);
    expect(await approval.ask(THEIRS, TEXT)).toBe(true);
    expect(await approval.ask(THEIRS, TEXT)).toBe(true);
    expect(asked).toHaveBeenCalledTimes(1);
  });
});
