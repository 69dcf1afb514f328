import type { SessionMonitor } from '../../../../src/kernel/monitor/sessionMonitor';
import {
  answering,
  type FakeKernel,
  FakeSession,
  monitorOf,
  run,
  SAMPLE,
  settled
} from './fakeKernel';

const ACCEPTED = { ok: true, folder: '/runs/digits', since: 200 };

describe('Checkpoint now', () => {
  let monitor: SessionMonitor;
  let session: FakeSession;

  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    monitor.dispose();
    jest.useRealTimers();
  });

  async function asked(answer: object, supportsSubshells = true) {
    const kernel = answering({ checkpoint: answer });
    kernel.supportsSubshells = supportsSubshells;
    session = new FakeSession(kernel);
    monitor = monitorOf(session);
    await monitor.start();
    return kernel;
  }

  it('saves at once in an idle kernel', async () => {
    const kernel = await asked({ ok: true, step: 7, text: 'saved' });
    const answer = await monitor.checkpointNow('/runs/digits');
    // In the user's language, as over a subshell.
    expect(answer).toEqual({
      ok: true,
      step: 7,
      text: 'Checkpoint saved at step 7.'
    });
    expect(kernel.inSubshell).toEqual([]);
  });

  it('reaches the kernel from a page that was loaded over its cell', async () => {
    const kernel = answering({ checkpoint: ACCEPTED });
    // The connection knows no more until the cell has ended.
    kernel.status = 'unknown';
    session = new FakeSession(kernel);
    monitor = monitorOf(session);
    await monitor.start();
    const live = { ...SAMPLE, busy: true, runs: [run({})] };
    kernel.push(live);
    expect(await monitor.checkpointNow('/runs/digits')).toMatchObject({
      ok: false,
      text: expect.stringContaining("can't respond")
    });
    kernel.push({ ...live, kernel: { pid: 1, subshells: true } });
    const answer = monitor.checkpointNow('/runs/digits');
    await settled();
    expect(kernel.inSubshell).toEqual(['checkpoint']);
    kernel.push({ ...live, runs: [run({ saved: 201, committed: 9 })] });
    expect(await answer).toMatchObject({ ok: true, step: 9 });
  });

  it('is confirmed by the committed step', async () => {
    const kernel = await asked(ACCEPTED);
    kernel.become('busy');
    const answer = monitor.checkpointNow('/runs/digits');
    await settled();
    expect(kernel.inSubshell).toEqual(['checkpoint']);
    const done = jest.fn();
    void answer.then(done);
    kernel.push({ ...SAMPLE, busy: true, runs: [run({ saved: 199 })] });
    await settled();
    expect(done).not.toHaveBeenCalled();
    const newer = run({ saved: 201, committed: 9 });
    kernel.push({ ...SAMPLE, busy: true, runs: [newer] });
    expect(await answer).toEqual({
      ok: true,
      step: 9,
      text: 'Checkpoint saved at step 9.'
    });
  });

  it('says that the cell ended before a step was saved', async () => {
    const kernel = await asked(ACCEPTED);
    kernel.become('busy');
    const answer = monitor.checkpointNow('/runs/digits');
    await settled();
    kernel.push({ ...SAMPLE, runs: [run({})] });
    const { ok, text } = await answer;
    expect([ok, text]).toEqual([
      false,
      expect.stringContaining('cell finished')
    ]);
  });

  it('does not call a kernel ended whose notebook was closed', async () => {
    const kernel = await asked(ACCEPTED);
    kernel.become('busy');
    const answer = monitor.checkpointNow('/runs/digits');
    await settled();
    session.dispose();
    expect(await answer).toEqual({
      ok: null,
      step: null,
      text: 'The notebook was closed. If training continues, the checkpoint will still be saved.'
    });
  });

  it('leaves the wish with a training that is not watched any more', async () => {
    const kernel = await asked(ACCEPTED);
    kernel.become('busy');
    const answer = monitor.checkpointNow('/runs/digits');
    await settled();
    monitor.stop();
    const { ok, text } = await answer;
    expect([ok, text]).toEqual([
      null,
      expect.stringContaining('Monitoring was turned off')
    ]);
  });

  it('says that another kernel took the place of the one asked', async () => {
    const kernel = await asked(ACCEPTED);
    kernel.become('busy');
    const answer = monitor.checkpointNow('/runs/digits');
    await settled();
    session.change(answering());
    const { ok, text } = await answer;
    expect([ok, text]).toEqual([
      false,
      expect.stringContaining('stopped before')
    ]);
  });

  it('counts a failure only that came after the wish', async () => {
    const kernel = await asked(ACCEPTED);
    kernel.become('busy');
    const answer = monitor.checkpointNow('/runs/digits');
    await settled();
    const done = jest.fn();
    void answer.then(done);
    const before = run({ failed: true, failed_at: 199 });
    kernel.push({ ...SAMPLE, busy: true, runs: [before] });
    await settled();
    expect(done).not.toHaveBeenCalled();
    const after = run({ failed: true, failed_at: 201 });
    kernel.push({ ...SAMPLE, busy: true, runs: [after] });
    expect((await answer).text).toContain("Can't save the checkpoint");
  });

  it('is given up when the kernel is killed meanwhile', async () => {
    const kernel = await asked(ACCEPTED);
    kernel.become('busy');
    kernel.push({ ...SAMPLE, busy: true, runs: [run({})] });
    const answer = monitor.checkpointNow('/runs/digits');
    await settled();
    kernel.become('autorestarting');
    expect((await answer).text).toContain('kernel stopped before');
  });

  it('says so where a busy kernel cannot be reached', async () => {
    const kernel = await asked({}, false);
    kernel.become('busy');
    const { ok, text } = await monitor.checkpointNow('/runs/digits');
    expect(ok).toBe(false);
    expect(text).toContain("can't respond");
  });

  describe('right after a cell', () => {
    const SAVED = { ok: true, step: 7, text: 'Checkpoint saved at step 7.' };

    /** A cell has run and ended; the sample that says so is still to come. */
    function cell(kernel: FakeKernel): void {
      kernel.become('busy');
      kernel.publish('execute_input', {}, 'cell');
      kernel.push({ ...SAMPLE, busy: true });
      kernel.become('idle');
      kernel.publish('status', { execution_state: 'idle' }, 'cell');
      expect(monitor.state).toBe('live');
    }

    it.each([false, true])('saves at once (subshells: %s)', async subshells => {
      const kernel = await asked(SAVED, subshells);
      cell(kernel);
      expect(await monitor.checkpointNow('/runs/digits')).toEqual(SAVED);
      expect(kernel.inSubshell).toEqual([]);
    });

    it('is not refused over a question of its own', async () => {
      const kernel = await asked(SAVED, false);
      cell(kernel);
      kernel.hangs = true;
      await jest.advanceTimersByTimeAsync(1000);
      expect(kernel.asked).toEqual(['connect', 'refresh']);
      kernel.become('busy');
      const answer = monitor.checkpointNow('/runs/digits');
      kernel.hangs = false;
      kernel.become('idle');
      expect(await answer).toEqual(SAVED);
    });

    it('takes the idle status of a subshell for no end', async () => {
      const kernel = await asked(SAVED);
      kernel.become('busy');
      kernel.publish('execute_input', {}, 'cell');
      kernel.push({ ...SAMPLE, busy: true });
      kernel.become('idle');
      kernel.publish('status', { execution_state: 'idle' }, 'a question');
      await monitor.checkpointNow('/runs/digits');
      expect(kernel.inSubshell).toEqual(['checkpoint']);
    });

    it('asks again where the cell ended before the kernel read the wish', async () => {
      const kernel = await asked({ ok: false, ended: true, text: 'ended' });
      kernel.become('busy');
      kernel.publish('execute_input', {}, 'cell');
      const answer = monitor.checkpointNow('/runs/digits');
      kernel.answers.checkpoint = { ok: false, ended: true, text: 'ended' };
      kernel.become('idle');
      kernel.publish('status', { execution_state: 'idle' }, 'cell');
      await answer;
      expect([kernel.inSubshell, kernel.asked]).toEqual([
        ['checkpoint'],
        ['connect', 'checkpoint']
      ]);
    });
  });

  it('says of an action that the notebook was closed, not restarted', async () => {
    const kernel = await asked({});
    kernel.hangs = true;
    kernel.supportsSubshells = false;
    const answer = monitor.act('verify', { folder: '/runs/digits' });
    await settled();
    session.dispose();
    kernel.cancel();
    expect(await answer).toEqual({
      ok: null,
      text: 'The notebook was closed before the kernel responded.'
    });
  });
});
