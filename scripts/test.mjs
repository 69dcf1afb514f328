import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { interrupted } from './lib/command.mjs';
import { provide } from './lib/parts.mjs';
import { RESULTS } from './lib/paths.mjs';
import { Problem } from './lib/problem.mjs';
import { runStage } from './lib/run-stage.mjs';
import { STAGES } from './lib/stages.mjs';
import { summarize } from './lib/summary.mjs';

const NAMES = STAGES.map(({ name }) => name);
const HELP = {
  test: `npm test [-- stages] [-- arguments for the one stage]

Stages: ${NAMES.join(', ')}
For example: npm test -- jest pytest
             npm test -- pytest -- test/server -k limits`,
  nightly: `npm run nightly [-- stages] [-- arguments for the one stage]

Stages: ${STAGES.filter(({ nightly }) => nightly)
    .map(({ name }) => name)
    .join(', ')}`
};

function selection(argv, target) {
  const cut = argv.indexOf('--');
  const names = cut < 0 ? argv : argv.slice(0, cut);
  const args = cut < 0 ? [] : argv.slice(cut + 1);
  const unknown = names.filter(name => !NAMES.includes(name));
  if (unknown.length > 0) {
    throw new Problem(`No such stage: ${unknown.join(', ')}`, HELP[target]);
  }
  if (args.length > 0 && names.length !== 1) {
    throw new Problem(
      'Further arguments need exactly one stage to go to.',
      HELP[target]
    );
  }
  const chosen = ({ name, nightly = false }) =>
    names.length > 0
      ? names.includes(name)
      : nightly === (target === 'nightly');
  return { stages: STAGES.filter(chosen), args };
}

/** The stages in groups that run at the same time. */
function groups(stages) {
  const grouped = [];
  for (const stage of stages) {
    const group = grouped.at(-1);
    const beside = group?.some(({ name }) => name === stage.beside);
    if (beside && availableParallelism() > 1) {
      group.push(stage);
    } else {
      grouped.push([stage]);
    }
  }
  return grouped;
}

const told = new Set();

/** Sets up what a stage needs; what that failed with is told once. */
async function prepare({ name, needs }) {
  try {
    await provide(needs);
    return undefined;
  } catch (error) {
    const text =
      error instanceof Problem
        ? `${error.message}\n${error.advice}`
        : error.stack;
    if (!told.has(text)) {
      told.add(text);
      console.error(text);
    }
    return { name, ok: false, seconds: 0, reason: 'not set up' };
  }
}

/**
 * `npm test` and `npm run nightly`: set-up, checks and tests, a table, and the
 * sum on the last line.
 *
 * @param target - `test`, or `nightly` for the stages that `npm test` leaves out
 */
export async function main(argv, target = 'test') {
  if (argv.includes('--help')) {
    console.log(HELP[target]);
    return 0;
  }
  const { stages, args } = selection(argv, target);
  mkdirSync(RESULTS, { recursive: true });
  const results = [];
  for (const group of groups(stages)) {
    // One set-up after the other: they share environments and the terminal's line.
    const failures = [];
    for (const stage of group) {
      failures.push(await prepare(stage));
    }
    const running = group.map(
      (stage, index) => failures[index] ?? runStage(stage, args)
    );
    results.push(...(await Promise.all(running)));
    if (interrupted()) {
      console.error('Stopped.');
      return 130;
    }
  }
  const { table, last, ok } = summarize(results);
  for (const { name, counts } of results) {
    for (const text of counts?.skips ?? []) {
      console.log(`skipped in ${name}: ${text.replace(/\s+/g, ' ')}`);
    }
  }
  console.log(`\n${table}\n\n${last}`);
  return ok ? 0 : 1;
}
