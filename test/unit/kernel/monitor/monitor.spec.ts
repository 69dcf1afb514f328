import type { IMonitor } from '../../../../src/kernel/monitor/monitor';
import { SessionMonitor } from '../../../../src/kernel/monitor/sessionMonitor';
import {
  answering,
  FakeKernel,
  FakeSession,
  monitorOf,
  run,
  SAMPLE,
  settled,
  trans
} from './fakeKernel';

describe('SessionMonitor', () => {
  let monitor: SessionMonitor;

  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    monitor.dispose();
    jest.useRealTimers();
  });

  async function started(kernel: FakeKernel | null): Promise<FakeSession> {
    const session = new FakeSession(kernel);
    monitor = monitorOf(session);
    await monitor.start();
    await settled();
    return session;
  }

  it('asks nothing before it is started', () => {
    const kernel = answering();
    monitor = monitorOf(new FakeSession(kernel));
    kernel.become('busy');
    kernel.become('idle');
    expect(kernel.asked).toEqual([]);
  });

  it('takes a first sample of an idle kernel, once', async () => {
    const kernel = answering();
    await started(kernel);
    await monitor.start();
    expect(kernel.asked).toEqual(['connect']);
    expect(monitor.state).toBe('idle');
    expect(monitor.latest?.time).toBe(1);
    await monitor.refresh();
    expect(kernel.asked).toEqual(['connect', 'refresh']);
    expect(monitor.latest?.time).toBe(2);
  });

  it('never polls, whatever time goes by', async () => {
    const kernel = answering();
    await started(kernel);
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(kernel.asked).toEqual(['connect']);
  });

  it('shows what is pushed, and asks once more when the cell has ended', async () => {
    const kernel = answering();
    await started(kernel);
    const seen: number[] = [];
    monitor.sampled.connect((_: IMonitor, sample) => seen.push(sample.time));
    kernel.become('busy');
    kernel.push({ ...SAMPLE, time: 10, busy: true });
    kernel.push({ ...SAMPLE, time: 11, busy: true }, 'of somebody else');
    expect(monitor.state).toBe('live');
    kernel.become('idle');
    await jest.advanceTimersByTimeAsync(1000);
    expect(kernel.asked).toEqual(['connect', 'refresh']);
    expect(seen).toEqual([10, 2]);
    // Its own question made the kernel busy and idle: that is no cell.
    kernel.become('busy');
    kernel.become('idle');
    await jest.advanceTimersByTimeAsync(10_000);
    expect(kernel.asked).toHaveLength(2);
  });

  it('keeps a history that the kernel left out', async () => {
    const kernel = answering({
      connect: { pushes: true, sample: { ...SAMPLE, runs: [run({})] } }
    });
    await started(kernel);
    const { history, ...rest } = run({ step: 10 }) as { history: unknown };
    kernel.push({ ...SAMPLE, busy: true, runs: [rest] });
    expect(monitor.latest?.runs[0].step).toBe(10);
    expect(monitor.latest?.runs[0].history).toEqual(history);
  });

  it('hears a busy kernel that another page made ready', async () => {
    const kernel = answering();
    kernel.status = 'busy';
    await started(kernel);
    kernel.push({ ...SAMPLE, busy: true });
    expect(monitor.state).toBe('live');
  });

  it.each([false, true])(
    'sends nothing to a busy kernel (subshells: %s)',
    async subshells => {
      const kernel = answering();
      kernel.supportsSubshells = subshells;
      kernel.status = 'busy';
      await started(kernel);
      expect(monitor.state).toBe('connecting');
      await jest.advanceTimersByTimeAsync(10_000);
      expect(monitor.state).toBe('busy-unreachable');
      expect(monitor.reason).toContain("can't respond");
      expect([kernel.asked, kernel.inSubshell]).toEqual([[], []]);
      kernel.become('idle');
      await settled();
      expect(kernel.asked).toEqual(['connect']);
      expect(monitor.state).toBe('idle');
    }
  );

  it('carries the files to a kernel that has none', async () => {
    const kernel = answering({ connect: { missing: true } });
    await started(kernel);
    expect(kernel.asked).toEqual(['connect', 'connect']);
  });

  it('connects again after a restart', async () => {
    const kernel = answering();
    await started(kernel);
    kernel.become('restarting');
    expect(monitor.state).toBe('connecting');
    kernel.become('starting');
    kernel.become('idle');
    await settled();
    expect(kernel.asked).toEqual(['connect', 'connect']);
    expect(monitor.state).toBe('idle');
  });

  /** The process ends while a question is on its way; the server notices later. */
  async function killedOverAQuestion(): Promise<FakeKernel> {
    const kernel = answering({
      connect: { pushes: true, sample: { ...SAMPLE, runs: [run({})] } }
    });
    await started(kernel);
    kernel.hangs = true;
    void monitor.refresh();
    await settled();
    expect(kernel.asked).toEqual(['connect', 'refresh']);
    return kernel;
  }

  it('recovers from a kernel that is killed in the middle of a sample', async () => {
    const kernel = await killedOverAQuestion();
    const told: string[] = [];
    monitor.stateChanged.connect(() => told.push(monitor.reason));
    kernel.become('autorestarting');
    kernel.cancel();
    kernel.hangs = false;
    await settled();
    expect([monitor.state, monitor.reason]).toEqual([
      'connecting',
      'The kernel is restarting.'
    ]);
    // The machine as it was; nothing that lived in the process lives now.
    expect(monitor.latest).toMatchObject({
      time: 1,
      busy: false,
      runs: [{ name: 'digits', live: false }]
    });
    // JupyterLab makes a new connection to the new process.
    for (const status of ['connecting', 'connected']) {
      kernel.connectionStatus = status;
      kernel.connectionStatusChanged.emit(status);
    }
    kernel.become('starting');
    kernel.become('idle');
    await settled();
    expect(monitor.state).toBe('idle');
    expect(kernel.asked).toEqual(['connect', 'refresh', 'connect']);
    expect(told).not.toContain('Connection to the server lost.');
  });

  it('is not held up by a question to a process that was only starting', async () => {
    const kernel = answering();
    kernel.supportsSubshells = true;
    await started(kernel);
    kernel.become('autorestarting');
    kernel.become('busy');
    kernel.hangs = true;
    for (const status of ['connecting', 'connected']) {
      kernel.connectionStatus = status;
      kernel.connectionStatusChanged.emit(status);
    }
    await jest.advanceTimersByTimeAsync(1000);
    expect(kernel.asked).toEqual(['connect']);
    kernel.hangs = false;
    kernel.become('idle');
    await jest.advanceTimersByTimeAsync(25_000);
    expect(monitor.state).toBe('idle');
    expect(kernel.asked).toEqual(['connect', 'connect']);
  });

  it('wakes a process that started and does not say that it is idle', async () => {
    const kernel = answering();
    await started(kernel);
    kernel.become('autorestarting');
    kernel.connectionStatusChanged.emit('connected');
    kernel.become('starting');
    await jest.advanceTimersByTimeAsync(60_000);
    // By a request that does nothing, once.
    expect(kernel.asked).toEqual(['connect', 'unknown']);
    kernel.become('busy');
    kernel.become('idle');
    await settled();
    expect(monitor.state).toBe('idle');
    expect(kernel.asked).toEqual(['connect', 'unknown', 'connect']);
  });

  it.each(['value', 'timeout'])(
    'wakes a process whose start nobody heard (%s)',
    async first => {
      const kernel = answering();
      await started(kernel);
      kernel.become('autorestarting');
      kernel.hangs = first === 'timeout';
      for (const status of ['connecting', 'connected']) {
        kernel.connectionStatus = status;
        kernel.become('unknown');
        kernel.connectionStatusChanged.emit(status);
      }
      await jest.advanceTimersByTimeAsync(5000);
      expect(kernel.asked).toEqual(['connect', 'unknown']);
      if (first === 'timeout') {
        await jest.advanceTimersByTimeAsync(25_000);
        expect(kernel.asked).toEqual(['connect', 'unknown', 'unknown']);
        kernel.hangs = false;
      }
      kernel.become('busy');
      kernel.become('idle');
      await settled();
      expect(monitor.state).toBe('idle');
      expect(kernel.asked.at(-1)).toBe('connect');
    }
  );

  it('stays with the end of a kernel that died over a question', async () => {
    const kernel = await killedOverAQuestion();
    kernel.become('dead');
    kernel.cancel();
    await jest.advanceTimersByTimeAsync(60_000);
    expect([monitor.state, monitor.reason]).toEqual([
      'gone',
      'The kernel is no longer running.'
    ]);
    expect(kernel.asked).toEqual(['connect', 'refresh']);
  });

  it('asks after a cell that was too short to be pushed', async () => {
    const kernel = answering();
    await started(kernel);
    kernel.become('busy');
    kernel.iopubMessage.emit({ header: { msg_type: 'execute_input' } });
    kernel.become('idle');
    await jest.advanceTimersByTimeAsync(1000);
    expect(kernel.asked).toEqual(['connect', 'refresh']);
    // A silent request of somebody else is no cell.
    kernel.become('busy');
    kernel.become('idle');
    await jest.advanceTimersByTimeAsync(10_000);
    expect(kernel.asked).toHaveLength(2);
  });

  it('says how often the user wants figures', async () => {
    const kernel = answering();
    const session = new FakeSession(kernel);
    monitor = new SessionMonitor(session as any, trans, () => 30);
    await monitor.start();
    await monitor.refresh();
    expect(kernel.intervals).toEqual([30, 30]);
  });

  it('survives a server that goes away and comes back', async () => {
    const kernel = answering();
    await started(kernel);
    kernel.connectionStatus = 'disconnected';
    kernel.connectionStatusChanged.emit('disconnected');
    kernel.become('unknown');
    expect(monitor.reason).toContain('Connection to the server');
    kernel.connectionStatus = 'connected';
    kernel.connectionStatusChanged.emit('connected');
    kernel.become('idle');
    await settled();
    expect(monitor.state).toBe('idle');
  });

  it('says what it cannot watch', async () => {
    const session = await started(null);
    expect([monitor.state, monitor.reason]).toEqual([
      'unavailable',
      'This notebook has no kernel.'
    ]);
    const other = answering();
    other.language = 'R';
    session.change(other);
    await settled();
    expect(monitor.state).toBe('unavailable');
    expect(other.asked).toEqual([]);
    const dead = answering();
    session.change(dead);
    await settled();
    dead.become('dead');
    expect(monitor.state).toBe('gone');
  });

  it('gives up on a kernel that does not answer, and throws nothing', async () => {
    const kernel = answering();
    kernel.hangs = true;
    const session = new FakeSession(kernel);
    monitor = monitorOf(session);
    const start = monitor.start();
    await jest.advanceTimersByTimeAsync(30_000);
    await start;
    expect(monitor.state).toBe('connecting');
    const answer = monitor.act('flush', {});
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(await answer).toMatchObject({ ok: false });
  });

  const SILENT = 'The kernel is not responding. It may be running a cell.';

  it('asks once more when a kernel that did not answer is heard again', async () => {
    const kernel = answering();
    await started(kernel);
    kernel.hangs = true;
    void monitor.refresh();
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(kernel.asked).toEqual(['connect', 'refresh', 'refresh', 'refresh']);
    // So that the user can ask.
    expect([monitor.state, monitor.reason]).toEqual(['unavailable', SILENT]);
    // It gets to the questions of before, and still not to an answer in time.
    for (const wait of [0, 0, 60_000, 60_000, 60_000]) {
      kernel.become('busy');
      kernel.become('idle');
      await jest.advanceTimersByTimeAsync(wait);
    }
    expect(kernel.asked).toHaveLength(5);
    // After a cell of the user's it is worth a question again.
    kernel.hangs = false;
    kernel.become('busy');
    kernel.iopubMessage.emit({ header: { msg_type: 'execute_input' } });
    kernel.become('idle');
    await jest.advanceTimersByTimeAsync(1000);
    expect(kernel.asked).toHaveLength(6);
    expect(monitor.state).toBe('idle');
  });

  it('watches a kernel that was busy for long when the page was opened', async () => {
    const kernel = answering();
    kernel.status = 'unknown';
    kernel.hangs = true;
    await started(kernel);
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(kernel.asked).toEqual(['unknown', 'unknown', 'unknown']);
    expect([monitor.state, monitor.reason]).toEqual(['unavailable', SILENT]);
    kernel.hangs = false;
    kernel.become('idle');
    await settled();
    expect(monitor.state).toBe('idle');
  });

  it('does not go on waking a kernel that sends samples', async () => {
    const kernel = answering();
    kernel.status = 'unknown';
    kernel.hangs = true;
    await started(kernel);
    for (let minute = 0; minute < 30; minute++) {
      kernel.push({ ...SAMPLE, busy: true });
      await jest.advanceTimersByTimeAsync(20_000);
    }
    expect(kernel.asked).toEqual(['unknown']);
    expect(monitor.state).toBe('live');
  });

  it.each(['connect', 'refresh'])(
    'does not go on asking when %s fails',
    async question => {
      const kernel = answering();
      kernel.fails = question;
      await started(kernel);
      for (let cell = 0; cell < 20; cell++) {
        kernel.become('busy');
        kernel.push({ ...SAMPLE, busy: true }, 'of somebody else');
        kernel.become('idle');
        await jest.advanceTimersByTimeAsync(1000);
      }
      const asked = kernel.asked.filter(each => each === question);
      expect(asked.length).toBeLessThanOrEqual(3);
      // The user's wish and a restart begin anew.
      kernel.fails = '';
      await monitor.refresh();
      expect(monitor.state).toBe('idle');
    }
  );

  it('asks a kernel of another language nothing, cell after cell', async () => {
    const kernel = answering();
    kernel.language = 'R';
    await started(kernel);
    const states: string[] = [];
    monitor.stateChanged.connect(() => states.push(monitor.state));
    for (let cell = 0; cell < 5; cell++) {
      kernel.become('busy');
      kernel.become('idle');
      await jest.advanceTimersByTimeAsync(1000);
    }
    expect([kernel.asked, states]).toEqual([[], []]);
  });

  it('lets the kernel stop when nobody watches, but not in the middle of a cell', async () => {
    const kernel = answering();
    await started(kernel);
    kernel.become('busy');
    monitor.stop();
    await settled();
    expect(kernel.asked).toEqual(['connect']);
    kernel.become('idle');
    await settled();
    expect(kernel.asked).toEqual(['connect', 'disconnect']);
    await jest.advanceTimersByTimeAsync(10_000);
    kernel.become('busy');
    kernel.become('idle');
    expect(kernel.asked).toHaveLength(2);
  });

  it('lets a kernel stop that answers when nobody watches any more', async () => {
    const kernel = answering();
    kernel.hangs = true;
    monitor = monitorOf(new FakeSession(kernel));
    void monitor.start();
    await settled();
    monitor.stop();
    await settled();
    expect(kernel.asked).toEqual(['connect', 'disconnect']);
  });

  it('asks nothing for a view that went before the kernel said who it is', async () => {
    const kernel = answering();
    monitor = monitorOf(new FakeSession(kernel));
    void monitor.start();
    monitor.stop();
    await settled();
    expect(kernel.asked).toEqual([]);
  });
});
