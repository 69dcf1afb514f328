import fc from 'fast-check';

import {
  type IFacts,
  isAsking,
  type IWatch,
  START,
  step,
  type WatchEvent
} from '../../../../src/kernel/monitor/watchMachine';

const FACTS: IFacts = {
  status: 'idle',
  isConnected: true,
  isStale: true,
  settling: 300
};
const SAMPLE = { busy: false, problems: {} };

const facts = fc.record({
  status: fc.constantFrom(
    ...['idle', 'busy', 'starting', 'unknown', 'restarting', 'dead']
  ),
  isConnected: fc.boolean(),
  isStale: fc.boolean(),
  settling: fc.constant(300)
});
const reply = fc.constantFrom(
  { kind: 'value' as const, value: { pushes: true, sample: SAMPLE } },
  { kind: 'timeout' as const },
  { kind: 'aborted' as const },
  { kind: 'restarted' as const },
  { kind: 'gone' as const },
  { kind: 'error' as const, message: 'x' }
);
const outside: fc.Arbitrary<WatchEvent> = fc.oneof(
  fc.constant({ is: 'connect' as const }),
  fc.constant({ is: 'refresh' as const, fresh: true }),
  fc.constant({ is: 'status' as const }),
  fc.constant({ is: 'connection' as const }),
  fc.boolean().map(busy => ({
    is: 'pushed' as const,
    sample: { ...SAMPLE, busy }
  })),
  fc.constant({ is: 'waited' as const }),
  reply.map(each => ({ is: 'answered' as const, reply: each }))
);

const isFrozen = ({ state }: IWatch): boolean =>
  state.kind === 'gone' || state.kind === 'unavailable';

describe('the watch of a kernel', () => {
  it('asks one question at a time, and none of a busy kernel', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(outside, facts)), events => {
        let watch = START;
        for (const [event, now] of events) {
          const isOpen = isAsking(watch);
          if (
            (event.is === 'answered' && !isOpen) ||
            (event.is === 'waited' && !watch.wait)
          ) {
            continue; // happens after a question, or a wait, only
          }
          const [next, command] = step(watch, event, now);
          if (command && command.do !== 'probe') {
            expect(isOpen).toBe(false);
            expect(isAsking(next)).toBe(true);
            expect(now.status).toBe('idle');
          }
          watch = next;
        }
      })
    );
  });

  it('is not asked without end where each question fails', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('timeout' as const, 'aborted' as const),
        fc.constantFrom('error' as const, 'timeout' as const),
        (first, then) => {
          let watch = START;
          let asked = 0;
          const happen = (event: WatchEvent, isStale: boolean): void => {
            const [next, command] = step(watch, event, { ...FACTS, isStale });
            watch = next;
            asked += command ? 1 : 0;
          };
          happen({ is: 'connect' }, false);
          for (let turn = 0; turn < 50; turn++) {
            const kind = turn === 0 ? first : then;
            happen(
              {
                is: 'answered',
                reply:
                  kind === 'error' ? { kind, message: 'x' } : { kind: kind }
              },
              false
            );
            happen({ is: watch.wait ? 'waited' : 'status' }, false);
          }
          expect(asked).toBeLessThanOrEqual(5);
          expect(isFrozen(watch)).toBe(true);
          // A restart begins again.
          happen({ is: 'connection' }, false);
          happen({ is: 'waited' }, false);
          expect(isAsking(watch)).toBe(true);
        }
      )
    );
  });

  it('has no sample and no link of a process that has ended', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(outside, facts)), events => {
        const alive = events.reduce(
          (watch, [event, now]) => step(watch, event, now)[0],
          START
        );
        const [watch] = step(
          alive,
          { is: 'status' },
          { ...FACTS, status: 'dead' }
        );
        expect(watch.latest).toBeNull();
        expect(watch.wait).toBeNull();
        expect(watch.state).toEqual({ kind: 'gone' });
        expect(['apart', 'joining']).toContain(watch.link.kind);
      })
    );
  });
});
