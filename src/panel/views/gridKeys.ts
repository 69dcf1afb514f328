/**
 * Move the focus in a grid of buttons, as the keys of a grid do.
 *
 * @param grid - Its rows have the role `row`; what has the focus is a button in
 * one of them.
 * @returns whether the key was one that moves.
 */
export function moveInGrid(grid: HTMLElement, key: string): boolean {
  const rows = [...grid.querySelectorAll('[role="row"]')].map(row => [
    ...row.querySelectorAll('button')
  ]);
  const active = document.activeElement as HTMLButtonElement;
  const y = rows.findIndex(row => row.includes(active));
  if (y < 0) {
    return false;
  }
  const x = rows[y].indexOf(active);
  const last = rows[y].length - 1;
  const target = {
    ArrowUp: rows[y - 1]?.[0],
    ArrowDown: rows[y + 1]?.[0],
    ArrowLeft: rows[y][Math.max(x - 1, 0)],
    ArrowRight: rows[y][Math.min(x + 1, last)],
    Home: rows[0][0],
    End: rows[rows.length - 1][0]
  }[key];
  target?.focus();
  return /^(Arrow(Up|Down|Left|Right)|Home|End)$/.test(key);
}
