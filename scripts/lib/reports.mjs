import { readFileSync } from 'node:fs';

/**
 * What a test runner counted.
 *
 * @typedef {{passed: number, failed: number, skipped: number, retried?: number,
 *   skips: string[]}} Counts - `skips` are lines of a test and the reason
 */

/** @returns {Counts} of `jest --json` */
export function readJest(file) {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const skips = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'pending' || status === 'todo')
      .map(({ fullName }) => fullName)
  );
  return {
    passed: report.numPassedTests,
    // A file that could not be loaded has no tests to count.
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
    skips
  };
}

const ENTITIES = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescape(text) {
  return text
    .replace(/&(lt|gt|quot|apos);/g, (_, name) => ENTITIES[name])
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&amp;/g, '&');
}

const TESTCASE = /<testcase\b([^>]*?)(\/>|>([^]*?)<\/testcase>)/g;

/** @returns {Counts} of a JUnit file, as pytest writes it */
export function readJUnit(file) {
  const xml = readFileSync(file, 'utf8');
  const number = (tag, name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(tag)?.[1] ?? 0);
  const counts = { passed: 0, failed: 0, skipped: 0, skips: [] };
  for (const [tag] of xml.matchAll(/<testsuite\b[^>]*>/g)) {
    const failed = number(tag, 'failures') + number(tag, 'errors');
    counts.failed += failed;
    counts.skipped += number(tag, 'skipped');
    // A test that passed and failed in its clean-up is one test and one error.
    counts.passed += Math.max(0, number(tag, 'tests') - failed - number(tag, 'skipped'));
  }
  for (const [, attributes, , body] of xml.matchAll(TESTCASE)) {
    const reason = /<skipped\b[^>]*?\bmessage="([^"]*)"/.exec(body ?? '')?.[1];
    if (reason !== undefined) {
      const name = /\bname="([^"]*)"/.exec(attributes)[1];
      counts.skips.push(`${unescape(name)}: ${unescape(reason)}`);
    }
  }
  return counts;
}

/** @returns {Counts} of the TAP that Node's own test runner writes */
export function readTap(file) {
  const tap = readFileSync(file, 'utf8');
  const total = name => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(tap)?.[1] ?? 0);
  return {
    passed: total('pass'),
    failed: total('fail') + total('cancelled'),
    skipped: total('skipped') + total('todo'),
    skips: [...tap.matchAll(/^ *ok \d+ - (.*?) # SKIP ?(.*)$/gm)].map(
      ([, name, reason]) => `${name}: ${reason}`
    )
  };
}

/** @returns {Counts} of Playwright's JSON reporter */
export function readPlaywright(file) {
  const { stats, suites, errors } = JSON.parse(readFileSync(file, 'utf8'));
  const skips = [];
  const walk = suite => {
    suite.suites?.forEach(walk);
    for (const { title, tests } of suite.specs ?? []) {
      for (const { status, annotations } of tests) {
        // One that was never reached has this status too, and nobody's mark.
        const mark = annotations.find(({ type }) => /^(skip|fixme)$/.test(type));
        if (status === 'skipped' && mark) {
          skips.push(`${title}: ${mark.description ?? 'no reason given'}`);
        }
      }
    }
  };
  suites.forEach(walk);
  const notRun = stats.skipped - skips.length;
  return {
    passed: stats.expected + stats.flaky,
    // An error outside all tests: a server that did not start, a broken file.
    failed: stats.unexpected + errors.length + notRun,
    skipped: skips.length,
    retried: stats.flaky,
    skips
  };
}
