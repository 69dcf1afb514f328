import { ServerConnection } from '@jupyterlab/services';

import {
  type IServerLimits,
  readServerLimits,
  ServerLimits
} from '../../../../src/kernel/queries/serverLimits';

const SERVER: IServerLimits = {
  format: 1,
  started: '1970-01-01T01:00:00+00:00',
  kernels: { idle_timeout: 3600, interval: 60, connected: true, busy: false },
  server_shutdown_no_activity: null,
  terminal_idle_timeout: null,
  hub: false
};

const settings = (reply: () => Promise<Response>): any =>
  ServerConnection.makeSettings({
    baseUrl: 'http://localhost/at/',
    fetch: async (request: any) => {
      expect(new URL(request.url ?? request).pathname).toBe(
        '/at/runtime-kit/limits'
      );
      return reply();
    }
  });

describe('readServerLimits', () => {
  it('reads them', async () => {
    const reply = async () => new Response(JSON.stringify(SERVER));
    expect(await readServerLimits(settings(reply))).toEqual(SERVER);
  });

  it('gives null where there is no server part, or no server', async () => {
    const absent = async () => new Response('', { status: 404 });
    expect(await readServerLimits(settings(absent))).toBeNull();
    const gone = () => Promise.reject(new TypeError('failed to fetch'));
    expect(await readServerLimits(settings(gone))).toBeNull();
    const other = async () => new Response('<html>');
    expect(await readServerLimits(settings(other))).toBeNull();
  });
});

describe('ServerLimits', () => {
  it('are read again, and kept while the server is away', async () => {
    const other = { ...SERVER, kernels: { ...SERVER.kernels!, busy: true } };
    let answer: () => Promise<Response>;
    const says = (limits: unknown) => async () =>
      new Response(JSON.stringify(limits));
    const limits = new ServerLimits(settings(() => answer()));
    const seen: unknown[] = [];
    limits.changed.connect(() => seen.push(limits.current));
    answer = says(SERVER);
    await limits.read();
    await limits.read();
    answer = () => Promise.reject(new TypeError('failed to fetch'));
    await limits.read();
    answer = async () => new Response('', { status: 503 });
    await limits.read();
    expect(seen).toEqual([SERVER]);
    answer = says(other);
    await limits.read();
    // Without the server part.
    answer = async () => new Response('', { status: 404 });
    await limits.read();
    expect(seen).toEqual([SERVER, other, null]);
  });

  it('asks once for all that want to know at a time', async () => {
    let asked = 0;
    const limits = new ServerLimits(
      settings(async () => {
        asked++;
        return new Response(JSON.stringify(SERVER));
      })
    );
    await Promise.all([limits.read(), limits.read()]);
    expect(asked).toBe(1);
  });
});
