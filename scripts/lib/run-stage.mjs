import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.mjs';
import { LOGS, short, toolEnvironment } from './paths.mjs';
import { duration, say, tail } from './step.mjs';

const SHOWN_LINES = 300;

/** A line a minute, so that a long stage is not taken for a hang. */
function heartbeat(name, started) {
  const timer = setInterval(() => {
    say(name, `still running, ${duration((Date.now() - started) / 1000)}`);
  }, 60_000);
  return () => clearInterval(timer);
}

function readCounts({ read, report }) {
  if (!read) {
    return {};
  }
  if (!existsSync(report)) {
    return { reason: 'no report' };
  }
  const counts = read(report);
  return {
    counts,
    reason: counts.passed + counts.failed === 0 ? 'no test ran' : undefined
  };
}

/**
 * Runs a stage whose needs are provided, and shows its log if it fails.
 *
 * @param stage - one of STAGES
 * @param args - further arguments of the user
 * @returns what summarize() takes
 */
export async function runStage(stage, args) {
  const { name } = stage;
  const started = Date.now();
  if (stage.report) {
    rmSync(stage.report, { force: true });
  }
  const logFile = join(LOGS, `${name}.log`);
  const stop = heartbeat(name, started);
  const [command, ...rest] = stage.command(args);
  const { code, output, seconds, timedOut } = await run(command, rest, {
    env: toolEnvironment(),
    logFile,
    limit: stage.limit * 60
  }).finally(stop);
  const { counts, reason } = readCounts(stage);
  const ok = code === 0 && !reason && !counts?.failed;
  const numbers = counts
    ? `${counts.passed} passed, ${counts.failed} failed, `
    : '';
  say(name, `${ok ? 'ok' : 'FAILED'}, ${numbers}${duration(seconds)}`);
  if (!ok) {
    console.log(`----- ${short(logFile)}\n${tail(output, SHOWN_LINES)}\n-----`);
  }
  return {
    name,
    ok,
    seconds,
    counts,
    reason: timedOut ? `over ${stage.limit} min` : reason
  };
}
