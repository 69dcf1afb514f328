import { existsSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { interrupted, run } from './command.mjs';
import { LOGS, ROOT, short, toolEnvironment } from './paths.mjs';
import { Problem, explain } from './problem.mjs';

/** Prints the one line in which a step says what it does. */
export function say(name, text) {
  console.log(`${name.padEnd(16)} ${text}`);
}

const told = new Set();

/** Says once in a run that there is nothing to do. */
export function sayUpToDate(name) {
  if (!told.has(name)) {
    told.add(name);
    say(name, 'up to date');
  }
}

/** Seconds as a person reads them. */
export function duration(seconds) {
  return seconds < 100 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} min`;
}

/** The last lines of a log, with a mark where lines were left out. */
export function tail(log, lines) {
  const all = log.trimEnd().split('\n');
  const left = all.length - lines;
  return left > 0 ? [`... ${left} lines before`, ...all.slice(-lines)].join('\n') : all.join('\n');
}

/**
 * Runs the commands of one step one after the other. Their output is shown only
 * if one of them fails.
 *
 * @param name - what the step makes
 * @param text - what it does, for the user who waits
 * @param commands - arrays of a command and its arguments
 * @throws Problem with the likely cause
 */
export async function step(name, text, commands, options = {}) {
  process.stdout.write(`${name.padEnd(16)} ${text} ...`);
  let seconds = 0;
  for (const [index, [command, ...args]] of commands.entries()) {
    const suffix = commands.length > 1 ? `-${index + 1}` : '';
    const logFile = join(LOGS, `setup-${name.replaceAll(' ', '-')}${suffix}.log`);
    const result = await run(command, args, { env: toolEnvironment(options.env), logFile });
    seconds += result.seconds;
    if (interrupted()) {
      throw new Problem('Stopped.', 'The same command goes on where this one ended.');
    }
    if (result.code !== 0) {
      console.log(' failed');
      const problem = explain(name, result.output, short(logFile));
      if (!options.quiet) {
        console.error(tail(result.output, problem.cause ? 8 : 60));
      }
      throw problem;
    }
  }
  console.log(` ${duration(seconds)}`);
}

/** Refuses to begin what the disk cannot hold: a half-written environment helps nobody. */
export function needDisk(gigabytes, what) {
  const { bavail, bsize } = statfsSync(existsSync(ROOT) ? ROOT : '/');
  const free = (bavail * bsize) / 1e9;
  if (free < gigabytes) {
    throw new Problem(
      `${what} needs about ${gigabytes} GB, and ${free.toFixed(1)} GB are free on this disk.`,
      'Free some space and run the same command again.'
    );
  }
}
