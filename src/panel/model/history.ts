import type { ISample } from '../../kernel/monitor/monitor';

/** Seconds that the curves show. */
export const WINDOW = 600;

/** One point a second at most: more are not told apart on a curve. */
const CAPACITY = WINDOW;

/**
 * The utilization of each accelerator over the last minutes.
 */
export class History {
  /** Take the points of a sample; another kernel starts a new curve. */
  add(sample: ISample): void {
    const { pid, host, started } = sample.kernel;
    const kernel = `${host} ${pid} ${started}`;
    if (kernel !== this._kernel) {
      this._kernel = kernel;
      this._rings.clear();
    }
    // It may be asked less often than the rest.
    const { devices = [], interval, time } = sample.accelerator ?? {};
    this._interval = interval ?? sample.interval;
    for (const { index, utilization } of devices) {
      const ring = this._ring(index);
      const at = time ?? sample.time;
      if (utilization !== null && at - ring.last >= 1) {
        ring.push(at, utilization);
      }
    }
  }

  /**
   * The curve of one device: pieces of [time, percent], because nothing is
   * known of the time in which no cell ran.
   */
  pieces(device: number, now: number): [number, number][][] {
    const gap = 3 * Math.max(this._interval, 1);
    const pieces: [number, number][][] = [];
    let last = -Infinity;
    for (const point of this._rings.get(device)?.since(now - WINDOW) ?? []) {
      if (point[0] - last > gap) {
        pieces.push([]);
      }
      pieces[pieces.length - 1].push(point);
      last = point[0];
    }
    return pieces;
  }

  private _ring(device: number): Ring {
    let ring = this._rings.get(device);
    if (!ring) {
      ring = new Ring(CAPACITY);
      this._rings.set(device, ring);
    }
    return ring;
  }

  private _interval = 0;
  private _kernel = '';
  private _rings = new Map<number, Ring>();
}

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
