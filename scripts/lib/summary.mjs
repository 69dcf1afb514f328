import { duration } from './step.mjs';
import { formatTable } from './table.mjs';

const COLUMNS = ['passed', 'failed', 'skipped'];

/**
 * The table of a run and its last line.
 *
 * A check (lint, types) has no tests to count: it adds nothing when it passes,
 * and one failure when it fails, so that the last line never says "0 failed" of
 * a run that failed.
 *
 * @param results - `{name, ok, seconds, counts?, reason?}` per stage
 */
export function summarize(results) {
  const rows = [['stage', 'result', ...COLUMNS, 'time']];
  const sums = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, ok, seconds, counts, reason } of results) {
    const shown = counts ? COLUMNS.map(column => String(counts[column])) : ['', '', ''];
    const retried = counts?.retried ? `${counts.retried} after a second try` : undefined;
    const note = reason ?? retried;
    const verdict = `${ok ? 'ok' : 'FAILED'}${note ? ` (${note})` : ''}`;
    rows.push([name, verdict, ...shown, duration(seconds)]);
    for (const column of COLUMNS) {
      sums[column] += counts?.[column] ?? 0;
    }
    if (!ok && !counts?.failed) {
      sums.failed += 1;
    }
  }
  const last = COLUMNS.map(column => `${sums[column]} ${column}`).join(', ');
  return { table: formatTable(rows, 2), last, ok: results.every(({ ok }) => ok) };
}
