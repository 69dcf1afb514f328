import { ServerConnection } from '@jupyterlab/services';

import {
  type IServerLimits,
  readServerLimits
} from '../../../src/kernel/serverLimits';

const SERVER: IServerLimits = {
  format: 1,
  started: '1970-01-01T01:00:00+00:00',
  kernels: { idle_timeout: 3600, interval: 60, connected: true, busy: false },
  server_shutdown_no_activity: null,
  terminal_idle_timeout: null,
  hub: false
};

describe('readServerLimits', () => {
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
