import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync
} from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { interrupted, run } from './lib/command.mjs';
import { provide } from './lib/parts.mjs';
import {
  LOGS,
  PYTHON,
  ROOT,
  nodeBin,
  short,
  toolEnvironment
} from './lib/paths.mjs';
import { Problem } from './lib/problem.mjs';
import { say, step } from './lib/step.mjs';
import { formatTable } from './lib/table.mjs';

const FOLDER = join(ROOT, 'bench');
const RESULTS = join(FOLDER, 'results');
// A bench prints each of its results on a line of its own: BENCH {"name": ..., ...}
const RESULT = /^.*?\bBENCH (\{.*\})\s*$/gm;
// What only helps the benches does not run by itself.
const RUNS = /^if __name__ == ['"]__main__['"]:/m;
const LIMIT = 60 * 60;
// Install what nothing else here needs.
const ON_REQUEST = ['peers'];

/**
 * The benches there are, as `{name: command}`: Python modules that can be run, and
 * Playwright's *.bench.ts.
 */
function benches() {
  const found = {};
  for (const file of readdirSync(FOLDER)) {
    const name = /^([a-z]\w*)\.py$/.exec(file)?.[1];
    if (name && RUNS.test(readFileSync(join(FOLDER, file), 'utf8'))) {
      found[name] = [PYTHON, '-m', `bench.${name}`];
    }
  }
  if (existsSync(join(FOLDER, 'playwright.config.mjs'))) {
    found.browser = [
      nodeBin('playwright'),
      'test',
      '--config',
      join(FOLDER, 'playwright.config.mjs')
    ];
  }
  return found;
}

/** One table for the results that have the same columns. */
function tables(results) {
  const groups = new Map();
  for (const result of results) {
    const columns = Object.keys(result).join('\0');
    groups.set(columns, [...(groups.get(columns) ?? []), result]);
  }
  return [...groups.values()].map(group =>
    formatTable([
      Object.keys(group[0]),
      ...group.map(row => Object.values(row).map(String))
    ])
  );
}

/** `npm run bench [-- names] [-- arguments for the one bench]`: measures, and prints tables. */
export async function main(argv) {
  const all = benches();
  const cut = argv.indexOf('--');
  const names = cut < 0 ? argv : argv.slice(0, cut);
  const args = cut < 0 ? [] : argv.slice(cut + 1);
  const unknown = names.filter(name => !(name in all));
  if (unknown.length > 0 || (args.length > 0 && names.length !== 1)) {
    throw new Problem(
      unknown.length > 0
        ? `No such bench: ${unknown.join(', ')}`
        : 'Arguments need one bench.',
      `Benches: ${Object.keys(all).join(', ')}`
    );
  }
  await provide(['node', 'tests', 'torch', 'extension']);
  const usual = Object.keys(all).filter(name => !ON_REQUEST.includes(name));
  const chosen = names.length > 0 ? names : usual;
  if (chosen.includes('browser')) {
    await provide(['browser']);
    // What users get is measured; the next `npm start` builds the development version again.
    await step('extension', 'building for production', [
      ['npm', 'run', 'build:prod']
    ]);
  }
  const report = {
    when: new Date().toISOString(),
    cpu: cpus()[0].model,
    os: release(),
    benches: {}
  };
  let failed = 0;
  for (const name of chosen) {
    const logFile = join(LOGS, `bench-${name}.log`);
    say(name, `measuring, log: ${short(logFile)}`);
    const [command, ...rest] = all[name];
    const { code, output } = await run(command, [...rest, ...args], {
      env: toolEnvironment(),
      logFile,
      limit: LIMIT,
      stream: true
    });
    if (interrupted()) {
      return 130;
    }
    failed += code === 0 ? 0 : 1;
    report.benches[name] = [...output.matchAll(RESULT)].map(([, json]) =>
      JSON.parse(json)
    );
  }
  console.log(`\n${cpus().length} x ${report.cpu.trim()}`);
  for (const [name, results] of Object.entries(report.benches)) {
    console.log([`\n${name}`, ...tables(results)].join('\n\n'));
  }
  mkdirSync(RESULTS, { recursive: true });
  const file = join(RESULTS, `${report.when.replaceAll(':', '-')}.json`);
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  console.log(
    `\nwritten to ${short(file)}${failed ? `; ${failed} failed` : ''}`
  );
  return failed ? 1 : 0;
}
