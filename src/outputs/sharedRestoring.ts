import type { NotebookPanel } from '@jupyterlab/notebook';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';

/** What tells the other pages of a shared notebook that this one restores its outputs. */
const FIELD = 'runtimeKitRestores';
/** How long the other pages' answers take at most, in milliseconds. */
const ANSWERS = 1000;

/** The part of Yjs' awareness that is used here: what each page tells of itself. */
interface IAwareness {
  readonly clientID: number;
  getStates(): ReadonlyMap<number, { [FIELD]?: boolean }>;
  setLocalStateField(name: string, value: boolean): void;
  on(name: 'change', listener: (change: IChange) => void): void;
  off(name: 'change', listener: (change: IChange) => void): void;
}

interface IChange {
  readonly removed: readonly number[];
}

/**
 * Whether this page is the one of a shared notebook that restores outputs: all
 * pages show the same document, so a second one would put them there twice.
 *
 * The first page that asks claims it, and keeps it until it is closed. Of two
 * that claim it at the same moment, the one with the smaller id keeps it.
 */
export async function claimsRestoring(panel: NotebookPanel): Promise<boolean> {
  const awareness = awarenessOf(panel);
  if (!awareness) {
    return true;
  }
  const { clientID } = awareness;
  const others = (): number[] =>
    [...awareness.getStates()]
      .filter(([id, state]) => id !== clientID && state[FIELD])
      .map(([id]) => id);
  if (awareness.getStates().get(clientID)?.[FIELD]) {
    return true;
  }
  await pause();
  if (others().length > 0) {
    return false;
  }
  awareness.setLocalStateField(FIELD, true);
  await pause();
  if (others().every(id => id > clientID)) {
    return true;
  }
  awareness.setLocalStateField(FIELD, false);
  return false;
}

/** How long the server takes at most to notice that a page has left, in ms. */
const NOTICED = 1000;

/**
 * Call back each time another page of a shared notebook has left, when the server
 * knows it, too. Yjs' awareness forgets a page that says nothing for 30 s.
 */
export function watchLeaving(
  panel: NotebookPanel,
  onLeft: () => void
): IDisposable {
  const awareness = awarenessOf(panel);
  let timer: number | undefined;
  const onChange = ({ removed }: IChange): void => {
    if (removed.length > 0) {
      window.clearTimeout(timer);
      timer = window.setTimeout(onLeft, NOTICED);
    }
  };
  awareness?.on('change', onChange);
  return new DisposableDelegate(() => {
    window.clearTimeout(timer);
    awareness?.off('change', onChange);
  });
}

function awarenessOf(panel: NotebookPanel): IAwareness | undefined {
  const { collaborative, sharedModel } = panel.context.model;
  const { awareness } = sharedModel as unknown as { awareness?: IAwareness };
  return collaborative ? awareness : undefined;
}

async function pause(): Promise<void> {
  await new Promise(resolve => window.setTimeout(resolve, ANSWERS));
}
