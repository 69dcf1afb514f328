import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { interrupted, run } from './lib/command.mjs';
import { provide } from './lib/parts.mjs';
import { LOGS, RESULTS, short, toolEnvironment } from './lib/paths.mjs';
import { Problem } from './lib/problem.mjs';
import { STAGES } from './lib/stages.mjs';
import { duration, say, tail } from './lib/step.mjs';
import { summarize } from './lib/summary.mjs';

const SHOWN_LINES = 300;
const NAMES = STAGES.map(({ name }) => name);
const HELP = `npm test [-- stages] [-- arguments for the one stage]

Stages: ${NAMES.join(', ')}
For example: npm test -- jest pytest
             npm test -- pytest -- test/server -k limits`;

function selection(argv) {
  const cut = argv.indexOf('--');
  const names = cut < 0 ? argv : argv.slice(0, cut);
  const args = cut < 0 ? [] : argv.slice(cut + 1);
  const unknown = names.filter(name => !NAMES.includes(name));
  if (unknown.length > 0) {
    throw new Problem(`No such stage: ${unknown.join(', ')}`, HELP);
  }
  if (args.length > 0 && names.length !== 1) {
    throw new Problem(
      'Further arguments need exactly one stage to go to.',
      HELP
    );
  }
  return {
    stages: STAGES.filter(({ name }) => !names.length || names.includes(name)),
    args
  };
}

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

async function runStage(stage, args) {
  const { name } = stage;
  await provide(stage.needs);
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

/** `npm test`: set-up, checks and tests, a table, and the sum on the last line. */
export async function main(argv) {
  if (argv.includes('--help')) {
    console.log(HELP);
    return 0;
  }
  const { stages, args } = selection(argv);
  mkdirSync(RESULTS, { recursive: true });
  const results = [];
  const told = new Set();
  for (const stage of stages) {
    try {
      results.push(await runStage(stage, args));
    } catch (error) {
      // What was not set up fails the stages that need it; the others go on.
      const text =
        error instanceof Problem
          ? `${error.message}\n${error.advice}`
          : error.stack;
      if (!told.has(text)) {
        console.error(text);
        told.add(text);
      }
      results.push({
        name: stage.name,
        ok: false,
        seconds: 0,
        reason: 'not set up'
      });
    }
    if (interrupted()) {
      console.error('Stopped.');
      return 130;
    }
  }
  const { table, last, ok } = summarize(results);
  for (const { name, counts } of results) {
    counts?.skips.forEach(text =>
      console.log(`skipped in ${name}: ${text.replace(/\s+/g, ' ')}`)
    );
  }
  console.log(`\n${table}\n\n${last}`);
  return ok ? 0 : 1;
}
