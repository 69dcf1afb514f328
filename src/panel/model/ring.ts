/** The newest points of a curve, so many at most. */
export class Ring {
  constructor(private _capacity: number) {}

  get length(): number {
    return this._points.length;
  }

  /** When the newest point was; -Infinity before the first. */
  get last(): number {
    return this._points.at(-1)?.[0] ?? -Infinity;
  }

  /** Add a point; the oldest one goes when there is no room. */
  push(time: number, value: number): void {
    this._points.push([time, value]);
    if (this._points.length > this._capacity) {
      this._points.shift();
    }
  }

  /** The points from `time` on, oldest first. */
  since(time: number): [number, number][] {
    return this._points.filter(([at]) => at >= time);
  }

  private _points: [number, number][] = [];
}
