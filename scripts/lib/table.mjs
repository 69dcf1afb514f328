/**
 * Lines of aligned columns: the first `left` of them to the left, the others, which
 * hold numbers, to the right.
 *
 * @param rows - arrays of text, the heads first
 */
export function formatTable(rows, left = 1) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
  return rows
    .map(row =>
      row
        .map((cell, i) => (i < left ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
        .join('  ')
        .trimEnd()
    )
    .join('\n');
}
