import * as attempts from './attempts';
import { hasProblems, mergeSample } from './mergeSample';
import type { Reply } from './monitorProtocol';
import type { ISample, RawSample } from './sample';
import * as states from './watchState';
import type { WatchState } from './watchState';

/*
 * The watch of one kernel connection, through restarts and lost connections, as a
 * state machine: `step` is pure, `kernelWatch.ts` does what it says. It asks an
 * idle kernel only, at most once after each cell; while a cell runs the kernel
 * sends by itself.
 */

const SETTLE = 300; // milliseconds until a busy kernel is called so
const SLOW = 3000; // until a driver or mount that is slow at first has answered
const WAKE = 3000; // in which a new process says by itself that it is idle
const LISTEN = 5000; // in which a busy kernel that is watched sends a sample

/** How this page is tied to the monitor in the kernel. */
export type Link =
  | { kind: 'apart' }
  /** A question is under way to a process that has not answered yet. */
  | { kind: 'joining' }
  | { kind: 'joined'; pushes: boolean }
  /** Joined, and a question for one more sample is under way. */
  | { kind: 'refreshing'; pushes: boolean };

/** What happens when nothing is heard for a time. Another wait takes its place. */
export interface IWait {
  readonly then: 'refresh' | 'probe' | 'unreachable';
  readonly milliseconds: number;
}

/** All that a watch knows. */
export interface IWatch {
  readonly state: WatchState;
  readonly link: Link;
  readonly latest: ISample | null;
  readonly wait: IWait | null;
  readonly attempts: attempts.IAttempts;
  /** It was asked once more because something was not there yet. */
  readonly triedSlow: boolean;
  /** The probe whose answer counts: nothing was heard since it was sent. */
  readonly probe: number | null;
  readonly probes: number;
}

export const START: IWatch = {
  // Not the same object: the first state of a new watch is reported too.
  state: { ...states.ASKING },
  link: { kind: 'apart' },
  latest: null,
  wait: null,
  attempts: attempts.NO_ATTEMPTS,
  triedSlow: false,
  probe: null,
  probes: 0
};

/** What is so at the kernel when something happens. */
export interface IFacts {
  readonly status: string;
  readonly isConnected: boolean;
  /** A cell was run since the kernel was asked. */
  readonly isStale: boolean;
  /** Milliseconds until its status is to be believed. */
  readonly settling: number;
}

export type WatchEvent =
  /** A view wants to be shown the kernel. */
  | { is: 'connect' }
  /** A sample is wanted; `fresh`: also of what costs much. */
  | { is: 'refresh'; fresh: boolean }
  | { is: 'status' }
  /** The connection was lost, or is there again. */
  | { is: 'connection' }
  /** The kernel sent a sample by itself. */
  | { is: 'pushed'; sample: RawSample }
  /** What a question came to. */
  | { is: 'answered'; reply: Reply }
  /** Before the question: the kernel is not one of Python. */
  | { is: 'not-python' }
  /** Before the question: the connection was closed. */
  | { is: 'not-asked' }
  | { is: 'probed'; probe: number; isHeard: boolean }
  /** The time of `wait` is over. */
  | { is: 'waited' };

/** What is to be sent to the kernel; its outcome is an event. */
export type Command =
  | { do: 'connect' }
  | { do: 'refresh'; fresh: boolean }
  /** A request that does nothing, so that the kernel says that it is idle. */
  | { do: 'probe'; probe: number };

type Step = readonly [IWatch, Command?];

/** Where a watch is after an event, and what it sends. */
export function step(watch: IWatch, event: WatchEvent, facts: IFacts): Step {
  switch (event.is) {
    case 'connect':
      return connect(watch, facts);
    case 'refresh':
      return refresh(watch, event.fresh, facts);
    case 'status':
      return onStatus({ ...watch, wait: null, probe: null }, facts);
    case 'connection':
      return [onConnection(watch, facts)];
    case 'pushed':
      return [onSample(watch, event.sample)];
    case 'answered':
      return [onAnswer(watch, event.reply, facts)];
    case 'not-python':
      return [
        {
          ...answered(watch),
          attempts: attempts.GIVEN_UP,
          state: states.NOT_PYTHON
        }
      ];
    case 'not-asked':
      return [answered(watch)];
    case 'probed':
      return [onProbed(watch, event.probe, event.isHeard)];
    case 'waited':
      return onWaited({ ...watch, wait: null }, watch.wait, facts);
  }
}

/** A question is under way: what the kernel's status says may be over that. */
export function isAsking({ link }: IWatch): boolean {
  return link.kind === 'joining' || link.kind === 'refreshing';
}

function connect(watch: IWatch, { status }: IFacts): Step {
  if (watch.link.kind !== 'apart') {
    return [watch];
  }
  const end = states.endOf(status);
  if (end) {
    return [{ ...watch, state: end }];
  }
  const next = { ...watch, state: states.ASKING };
  switch (status) {
    case 'idle':
      return [{ ...next, link: { kind: 'joining' } }, { do: 'connect' }];
    case 'busy':
      // Not over a subshell: that one's `idle` would be taken for the kernel's.
      // Where a page has watched it before, it sends samples by itself.
      return [waiting(next, 'unreachable', LISTEN)];
    default:
      return [waiting(next, 'probe', WAKE)];
  }
}

function refresh(watch: IWatch, fresh: boolean, facts: IFacts): Step {
  const { link } = watch;
  switch (link.kind) {
    case 'apart':
      return connect(watch, facts);
    case 'joined':
      return facts.status === 'idle'
        ? [
            { ...watch, link: { ...link, kind: 'refreshing' } },
            { do: 'refresh', fresh }
          ]
        : [watch];
    case 'joining':
    case 'refreshing':
      return [watch];
  }
}

function onStatus(watch: IWatch, facts: IFacts): Step {
  const { link, state } = watch;
  const { status, isStale, settling } = facts;
  const end = states.endOf(status);
  if (end) {
    return [{ ...anotherProcess(watch), latest: null, state: end }];
  }
  switch (status) {
    case 'unknown':
      return [{ ...watch, state: states.DISCONNECTED }];
    case 'starting':
      return [waiting(watch, 'probe', WAKE)];
    case 'busy':
      return 'pushes' in link && !link.pushes
        ? [waiting(watch, 'unreachable', SETTLE)]
        : [watch];
    case 'idle':
      break;
    default:
      return [watch];
  }
  // A question ends so too: one that fails must not cause the watch.
  if (isAsking(watch) || !attempts.mayAsk(watch.attempts, isStale)) {
    return [watch];
  } else if (link.kind === 'apart') {
    return connect(watch, facts);
  }
  return state.kind !== 'idle' || isStale
    ? [waiting(watch, 'refresh', settling)]
    : [watch];
}

function onConnection(watch: IWatch, facts: IFacts): IWatch {
  const { isConnected, status } = facts;
  if (!isConnected) {
    // A restart makes a new connection, which is no loss.
    return states.endOf(status)
      ? watch
      : { ...watch, state: states.DISCONNECTED };
  }
  // The kernel may be another process behind the same id. One that has just
  // started is busy with saying who it is, not with a cell.
  const settling = status === 'busy' ? SETTLE : 0;
  return waiting(anotherProcess(watch), 'refresh', settling);
}

function onSample(watch: IWatch, raw: RawSample): IWatch {
  const latest = mergeSample(raw, watch.latest);
  return {
    ...watch,
    latest,
    state: { kind: latest.busy ? 'live' : 'idle' },
    attempts: { ...watch.attempts, failures: 0, isTriedAgain: false },
    wait: watch.wait?.then === 'unreachable' ? null : watch.wait,
    probe: null
  };
}

function onAnswer(watch: IWatch, reply: Reply, facts: IFacts): IWatch {
  if (reply.kind !== 'value') {
    return onFailure(answered(watch), reply, facts);
  }
  const before = 'pushes' in watch.link ? watch.link.pushes : true;
  const pushes = reply.value.pushes ?? before;
  const next = onSample(
    { ...watch, link: { kind: 'joined', pushes } },
    reply.value.sample ?? {}
  );
  return !next.triedSlow && hasProblems(next.latest)
    ? waiting({ ...next, triedSlow: true }, 'refresh', SLOW)
    : next;
}

function onFailure(
  watch: IWatch,
  reply: Exclude<Reply, { kind: 'value' }>,
  { status }: IFacts
): IWatch {
  const isSilent = reply.kind === 'timeout' || reply.kind === 'busy';
  const isCut = reply.kind === 'aborted' || reply.kind === 'restarted';
  const tried = isCut
    ? watch.attempts
    : attempts.failed(watch.attempts, isSilent);
  const next = {
    ...watch,
    attempts: tried,
    state: afterFailure(reply, status, tried)
  };
  // It may be idle since, which went unheard while the question was under way.
  const isAgain = reply.kind === 'aborted' || reply.kind === 'timeout';
  return isAgain && !attempts.areEnough(tried)
    ? waiting(next, 'refresh', SETTLE)
    : next;
}

function afterFailure(
  reply: Exclude<Reply, { kind: 'value' }>,
  status: string,
  tried: attempts.IAttempts
): WatchState {
  // It may have ended over the question.
  const end = states.endOf(status);
  if (end || reply.kind === 'gone') {
    return end ?? states.GONE;
  }
  if (reply.kind === 'error') {
    const { message } = reply;
    return { kind: 'unavailable', reason: 'failed', message };
  }
  const silent = attempts.areEnough(tried) ? states.SILENT : states.ASKING;
  return status === 'busy' ? states.UNREACHABLE : silent;
}

function onProbed(watch: IWatch, probe: number, isHeard: boolean): IWatch {
  if (isHeard || probe !== watch.probe) {
    return watch;
  }
  const tried = attempts.failed(watch.attempts, true);
  const next = { ...watch, attempts: tried, probe: null };
  return attempts.areEnough(tried)
    ? { ...next, state: states.SILENT }
    : waiting(next, 'probe', WAKE);
}

function onWaited(watch: IWatch, over: IWait | null, facts: IFacts): Step {
  const probe = watch.probes + 1;
  switch (over?.then) {
    case 'refresh':
      return refresh(watch, false, facts);
    case 'unreachable':
      return [{ ...watch, state: states.UNREACHABLE }];
    case 'probe':
      return facts.isConnected
        ? [
            { ...watch, probe, probes: probe },
            { do: 'probe', probe }
          ]
        : [watch];
    case undefined:
      return [watch];
  }
}

function waiting(
  watch: IWatch,
  then: IWait['then'],
  milliseconds: number
): IWatch {
  return { ...watch, wait: { then, milliseconds }, probe: null };
}

/** The question that was under way has its answer, whatever that is. */
function answered(watch: IWatch): IWatch {
  const { link } = watch;
  switch (link.kind) {
    case 'joining':
      return { ...watch, link: { kind: 'apart' } };
    case 'refreshing':
      return { ...watch, link: { ...link, kind: 'joined' } };
    case 'apart':
    case 'joined':
      return watch;
  }
}

/** The kernel is another process. A question to the old one is still under way. */
function anotherProcess(watch: IWatch): IWatch {
  return {
    ...watch,
    link: { kind: isAsking(watch) ? 'joining' : 'apart' },
    attempts: { ...watch.attempts, failures: 0, isTriedAgain: false }
  };
}
