import { nullTranslator } from '@jupyterlab/translation';

import type { IServerLimits } from '../../../../src/kernel/queries/serverLimits';
import { limitText } from '../../../../src/panel/format/limitText';
import { timeFacts } from '../../../../src/panel/model/timeFacts';
import { sample } from '../fakes';

const trans = nullTranslator.load('');

const SERVER: IServerLimits = {
  format: 1,
  started: null,
  kernels: { idle_timeout: 3600, interval: 300, connected: false, busy: false },
  terminal_idle_timeout: null,
  server_shutdown_no_activity: 7200,
  hub: true
};

describe('timeFacts', () => {
  it("counts to the platform's limit and calls it an estimate", () => {
    const facts = timeFacts(sample(), null, 0, 3600);
    expect(facts).toMatchObject({ since: 3600, left: 11 * 3600 });
    expect(facts.limits.map(limit => limitText(limit, trans))).toEqual([
      'Session limit: 12 h (estimate for Colab)',
      'Idle limit: 1 h 30 min (estimate for Colab)'
    ]);
  });

  it("prefers what the user set to the platform's estimate", () => {
    const facts = timeFacts(sample(), null, 2, 3600);
    expect(facts.left).toBe(3600);
    expect(limitText(facts.leftLimit!, trans)).toBe(
      'Session limit: 2 h (from your settings)'
    );
  });

  it.each([
    ['local', SERVER.kernels, 5400],
    // Kernels of a gateway: their machine is another one.
    ['local', null, 1800],
    ['colab', SERVER.kernels, 1800]
  ])(
    'counts from the start of a server on %s with kernels %j',
    (id, kernels, left) => {
      const server = { ...SERVER, kernels, started: '1970-01-01T01:00:00Z' };
      const platform = { ...sample().platform!, id };
      const facts = timeFacts(sample({ platform }), server, 2, 5400);
      expect(facts.left).toBe(left);
    }
  );

  it('names what the server does, which is no limit of a running cell', () => {
    const facts = timeFacts(sample({ platform: null }), SERVER, 0, 3600);
    expect(facts).toMatchObject({ left: null, since: 2600 });
    expect(facts.sinceWhat).toBe('kernel');
    expect(facts.limits.map(limit => limitText(limit, trans))).toEqual([
      'The server shuts down kernels that are idle for 1 h, but not while a page is connected, as now.',
      'The server shuts down after 2 h without activity, once no kernel is running.',
      expect.stringContaining('JupyterHub')
    ]);
  });

  it.each([
    [false, false, 'but not while a page is connected'],
    // Also where it would end a busy kernel: this page is connected to it.
    [false, true, 'but not while a page is connected'],
    [true, false, 'even while this page is open, but not while a cell runs'],
    [true, true, 'even while this page is open or a cell runs']
  ])(
    'says what keeps this server from culling (connected: %s, busy: %s)',
    (connected, busy, words) => {
      const server = {
        ...SERVER,
        kernels: { ...SERVER.kernels!, connected, busy }
      };
      const [limit] = timeFacts(
        sample({ platform: null }),
        server,
        0,
        0
      ).limits;
      expect(limitText(limit, trans)).toContain(words);
    }
  );

  it('knows nothing before the first sample', () => {
    expect(timeFacts(null, null, 12, 3600)).toMatchObject({
      since: null,
      left: null
    });
  });

  it('does not count below zero', () => {
    expect(timeFacts(sample(), null, 0.5, 99999).left).toBe(0);
  });
});
