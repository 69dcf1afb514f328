import { History, WINDOW, Ring } from '../../../../src/panel/model/history';
import { sample, T4 } from '../fakes';

describe('Ring', () => {
  it('keeps the newest points in order', () => {
    const ring = new Ring(3);
    expect(ring.last).toBe(-Infinity);
    for (let time = 0; time < 5; time++) {
      ring.push(time, 10 * time);
    }
    expect(ring.length).toBe(3);
    expect(ring.last).toBe(4);
    expect(ring.since(3)).toEqual([
      [3, 30],
      [4, 40]
    ]);
  });
});

describe('History', () => {
  it('holds ten minutes, however long it is watched', () => {
    const history = new History();
    for (let time = 0; time < 7200; time += 0.5) {
      history.add(sample({ time, interval: 0.5 }));
    }
    const points = history.pieces(0, 7200).flat();
    expect(points.length).toBeLessThanOrEqual(WINDOW);
    expect(points.length).toBeGreaterThan(WINDOW - 10);
    expect(points[0][0]).toBeGreaterThanOrEqual(7200 - WINDOW);
  });

  it('draws no line over a time in which nothing was seen', () => {
    const history = new History();
    for (const time of [0, 2, 4, 100, 102]) {
      history.add(sample({ time }));
    }
    expect(history.pieces(0, 102).map(piece => piece.length)).toEqual([3, 2]);
  });

  it('has a point only when the accelerator itself was asked', () => {
    const history = new History();
    for (let time = 0; time <= 120; time += 2) {
      const asked = { time: time - (time % 40), interval: 40 };
      const accelerator = { ...sample().accelerator!, ...asked };
      history.add(sample({ time, accelerator }));
    }
    const [points, ...others] = history.pieces(0, 120);
    expect(points.map(([time]) => time)).toEqual([0, 40, 80, 120]);
    expect(others).toEqual([]);
  });

  it('begins anew with another kernel and tells devices apart', () => {
    const history = new History();
    const accelerator = {
      ...sample().accelerator!,
      devices: [T4, { ...T4, index: 1, utilization: null }]
    };
    history.add(sample({ time: 1, accelerator }));
    expect(history.pieces(1, 1)).toEqual([]);
    history.add(sample({ time: 2, kernel: { ...sample().kernel, pid: 2 } }));
    expect(history.pieces(0, 2)).toEqual([[[2, 62]]]);
  });
});
