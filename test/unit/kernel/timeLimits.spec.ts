import { nullTranslator } from '@jupyterlab/translation';
import { ServerConnection } from '@jupyterlab/services';

import type { ISample } from '../../../src/kernel/monitor';
import {
  type IServerLimits,
  readServerLimits
} from '../../../src/kernel/serverLimits';
import { timeLimits } from '../../../src/kernel/timeLimits';

const trans = nullTranslator.load('');
const COLAB: NonNullable<ISample['platform']> = {
  id: 'colab',
  name: 'Google Colab',
  durable: null,
  advice: '',
  session_hours: 12,
  idle_minutes: 90,
  estimate: true,
  started: 1000
};
const SERVER: IServerLimits = {
  format: 1,
  started: '1970-01-01T01:00:00+00:00',
  kernels: { idle_timeout: 3600, interval: 60, connected: true, busy: false },
  server_shutdown_no_activity: null,
  terminal_idle_timeout: null,
  hub: false
};

const limits = (
  platform: ISample['platform'],
  server: IServerLimits | null,
  settings = {}
): ReturnType<typeof timeLimits> =>
  timeLimits(
    { platform, kernel: {} as ISample['kernel'] },
    server,
    settings,
    trans
  );

describe('timeLimits', () => {
  it('labels what is only best knowledge', () => {
    const { ends, session, idle } = limits(COLAB, null);
    expect(ends).toBe(1000 + 12 * 3600);
    expect(session?.text).toContain('an estimate for Google Colab');
    expect([idle?.source, idle?.seconds]).toEqual(['platform', 5400]);
  });

  it('prefers what the server says of itself, and then the user', () => {
    expect(limits(COLAB, SERVER).idle?.text).toBe(
      'This server ends kernels after 60 min idle.'
    );
    const { session, idle } = limits(COLAB, SERVER, {
      sessionHours: 24,
      idleMinutes: 30
    });
    expect([session?.source, session?.seconds]).toEqual(['user', 86400]);
    expect([idle?.source, idle?.seconds]).toEqual(['user', 1800]);
  });

  it('knows that a culler may spare kernels with a page open', () => {
    const kernels = { ...SERVER.kernels!, connected: false };
    const { idle } = limits(null, { ...SERVER, kernels });
    expect(idle?.text).toContain('with no page open');
  });

  it('knows the start of the server where the machine does not tell its own', () => {
    expect(limits({ ...COLAB, started: null }, SERVER).started).toBe(3600);
  });

  it('invents nothing', () => {
    const nothing = timeLimits(null, null, {}, trans);
    expect(nothing).toEqual({
      started: null,
      startedText: '',
      session: null,
      ends: null,
      idle: null,
      notes: []
    });
    const quiet = { ...SERVER, kernels: null, hub: true };
    const { idle, notes } = limits(null, {
      ...quiet,
      server_shutdown_no_activity: 7200
    });
    expect(idle?.text).toContain('shuts down after 120 min');
    expect(notes).toHaveLength(1);
  });
});

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
