/** The middle value; the upper one of two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Print a result so that `npm run bench` finds it. */
export function report(result: Record<string, string | number>): void {
  console.log(`BENCH ${JSON.stringify(result)}`);
}
