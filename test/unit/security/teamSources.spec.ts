import { collectSources } from '../../../src/library/sources/collect';

const CONTENTS = { get: jest.fn() };
const SNIPPET = '# ---\n# id: a\n# title: A\n# ---\n# %%\nx = 1\n';

/** Read a source whose server answers with this. */
async function read(
  url: string,
  answer: object
): Promise<{ ids: string[]; problems: string[] }> {
  const before = globalThis.fetch;
  globalThis.fetch = jest.fn(async () => ({ ok: true, ...answer })) as any;
  try {
    const { snippets, problems } = await collectSources([url], CONTENTS);
    return {
      ids: snippets.map(({ id }) => id),
      problems: problems.map(({ reason }) => String(reason))
    };
  } finally {
    globalThis.fetch = before;
  }
}

/** A body that sends the same bytes again and again, at most so often. */
function body(text: string, times: number) {
  const value = new Uint8Array(Buffer.from(text));
  const sent = { count: 0, cancelled: false };
  const getReader = () => ({
    read: async () =>
      sent.count++ < times ? { done: false, value } : { done: true },
    cancel: async () => {
      sent.cancelled = true;
    }
  });
  return { sent, body: { getReader } };
}

describe('A source of a team', () => {
  it.each(['https://team.example/a.py', 'http://localhost:8000/a.py'])(
    'is read: %s',
    async url => {
      const { ids } = await read(url, { url, ...body(SNIPPET, 1) });
      expect(ids).toEqual(['a']);
    }
  );

  it.each([
    'http://team.example/a.py',
    'http://localhost.evil.example/a.py',
    'http://127.0.0.1.evil.example/a.py'
  ])('is not read from %s, nor redirected there', async url => {
    const { ids, problems } = await read(url, body(SNIPPET, 1));
    expect(ids).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('https://')]);
    const there = await read('https://team.example/a.py', {
      url,
      ...body(SNIPPET, 1)
    });
    expect(there).toEqual({ ids: [], problems });
  });

  it.each(['http://team.example/b.py', 'file:///etc/passwd', 'data:,x'])(
    'does not lead to %s',
    async url => {
      const { ids, problems } = await read('https://team.example/list.json', {
        ...body(JSON.stringify([url]), 1)
      });
      expect(ids).toEqual([]);
      expect(problems).toEqual([expect.stringContaining('https://')]);
    }
  );

  it('is read only so far as a snippet can be long', async () => {
    const { sent, ...answer } = body('#'.repeat(100_000), 1_000_000);
    const { problems } = await read('https://team.example/a.py', answer);
    expect(problems).toEqual(['a file is too large for a snippet']);
    expect(sent.cancelled).toBe(true);
    expect(sent.count).toBeLessThan(20);
  });

  it('keeps a character that arrives in two parts', async () => {
    const bytes = [...Buffer.from(SNIPPET.replace('x = 1', 'x = "é"'))];
    const parts = bytes.map(byte => new Uint8Array([byte]));
    const getReader = () => ({
      read: async () =>
        parts.length > 0
          ? { done: false, value: parts.shift() }
          : { done: true },
      cancel: async () => undefined
    });
    const { ids } = await read('https://team.example/a.py', {
      body: { getReader }
    });
    expect(ids).toEqual(['a']);
  });
});
