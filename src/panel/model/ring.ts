/**
 * The newest points of a curve, in memory that does not grow.
 */
export class Ring {
  /** @param capacity - How many points are kept. */
  constructor(capacity: number) {
    this._times = new Float64Array(capacity);
    this._values = new Float64Array(capacity);
  }

  get length(): number {
    return this._length;
  }

  /** When the newest point was; -Infinity before the first. */
  get last(): number {
    const newest = this._start + this._length - 1;
    return this._length > 0
      ? this._times[newest % this._times.length]
      : -Infinity;
  }

  /** Add a point; the oldest one goes when there is no room. */
  push(time: number, value: number): void {
    const at = (this._start + this._length) % this._times.length;
    this._times[at] = time;
    this._values[at] = value;
    if (this._length < this._times.length) {
      this._length++;
    } else {
      this._start = (this._start + 1) % this._times.length;
    }
  }

  /** The points from `time` on, oldest first. */
  since(time: number): [number, number][] {
    const points: [number, number][] = [];
    for (let i = 0; i < this._length; i++) {
      const at = (this._start + i) % this._times.length;
      if (this._times[at] >= time) {
        points.push([this._times[at], this._values[at]]);
      }
    }
    return points;
  }

  clear(): void {
    this._start = this._length = 0;
  }

  private _length = 0;
  private _start = 0;
  private _times: Float64Array;
  private _values: Float64Array;
}
