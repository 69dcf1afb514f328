import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  readJUnit,
  readJest,
  readPlaywright,
  readTap
} from '../../scripts/lib/reports.mjs';
import { summarize } from '../../scripts/lib/summary.mjs';

const folder = mkdtempSync(join(tmpdir(), 'runtime-kit-reports-'));
after(() => rmSync(folder, { recursive: true }));

function file(name, content) {
  const path = join(folder, name);
  writeFileSync(
    path,
    typeof content === 'string' ? content : JSON.stringify(content)
  );
  return path;
}

test('pytest: errors are failures, and a skip is told with its own test and reason', () => {
  const xml = `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests">
    <testsuite name="pytest" errors="1" failures="2" skipped="1" tests="9" time="1.2">
    <testcase classname="test.a" name="test_passes[a&gt;b]" time="0.1" />
    <testcase classname="test.a" name="test_skipped[&quot;x&quot;]" time="0.0">
      <skipped type="pytest.skip" message="no FUSE &amp; no rclone">where</skipped></testcase>
    <testcase classname="test.a" name="test_fails" time="0.1"><failure message="no">text</failure>
    </testcase></testsuite></testsuites>`;
  assert.deepEqual(readJUnit(file('pytest.xml', xml)), {
    passed: 5,
    failed: 3,
    skipped: 1,
    skips: ['test_skipped["x"]: no FUSE & no rclone']
  });
});

test('jest: a file that cannot be loaded is a failure', () => {
  const report = {
    numPassedTests: 7,
    numFailedTests: 1,
    numRuntimeErrorTestSuites: 1,
    numPendingTests: 1,
    numTodoTests: 0,
    testResults: [
      { assertionResults: [{ status: 'pending', fullName: 'render skips' }] }
    ]
  };
  assert.deepEqual(readJest(file('jest.json', report)), {
    passed: 7,
    failed: 2,
    skipped: 1,
    skips: ['render skips']
  });
});

test('Playwright: a second try is a pass, what did not run a failure', () => {
  const skipped = {
    status: 'skipped',
    annotations: [{ type: 'skip', description: 'no such shell' }]
  };
  const notRun = { status: 'skipped', annotations: [] };
  const report = {
    stats: { expected: 4, flaky: 1, unexpected: 0, skipped: 2 },
    errors: [{ message: 'the server did not start' }],
    suites: [
      {
        suites: [{ specs: [{ title: 'clicks', tests: [skipped, notRun] }] }]
      }
    ]
  };
  assert.deepEqual(readPlaywright(file('galata.json', report)), {
    passed: 5,
    failed: 2,
    skipped: 1,
    retried: 1,
    skips: ['clicks: no such shell']
  });
});

test("Node's own runner: a cancelled test is a failure", () => {
  const tap =
    'TAP version 13\nok 1 - a\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 2\n# todo 0\n';
  const { passed, failed, skipped } = readTap(file('scripts.tap', tap));
  assert.deepEqual(
    { passed, failed, skipped },
    { passed: 3, failed: 2, skipped: 2 }
  );
});

test('the last line is the sum over all runners', () => {
  const counts = { passed: 5, failed: 0, skipped: 1, skips: [] };
  const results = [
    { name: 'eslint', ok: true, seconds: 3 },
    { name: 'jest', ok: true, seconds: 30, counts },
    {
      name: 'pytest',
      ok: true,
      seconds: 300,
      counts: { ...counts, passed: 10, retried: 1 }
    }
  ];
  const { last, ok, table } = summarize(results);
  assert.equal(last, '15 passed, 0 failed, 2 skipped');
  assert.equal(ok, true);
  assert.match(
    table,
    /pytest +ok \(1 after a second try\) +10 +0 +1 +5\.0 min/
  );
});

test('a failed check, and a stage that ran no test, count as a failure', () => {
  const none = { passed: 0, failed: 0, skipped: 0, skips: [] };
  const { last, ok } = summarize([
    { name: 'eslint', ok: false, seconds: 3 },
    {
      name: 'jest',
      ok: false,
      seconds: 1,
      counts: none,
      reason: 'no test ran'
    },
    {
      name: 'pytest',
      ok: false,
      seconds: 1,
      counts: { ...none, passed: 2, failed: 4 }
    }
  ]);
  assert.equal(last, '2 passed, 6 failed, 0 skipped');
  assert.equal(ok, false);
});
