import type { NotebookPanel } from '@jupyterlab/notebook';

/** What tells the other pages of a shared notebook that this one restores its outputs. */
const FIELD = 'runtimeKitRestores';
/** How long the other pages' answers take at most, in milliseconds. */
const ANSWERS = 1000;

/** The part of Yjs' awareness that is used here: what each page tells of itself. */
interface IAwareness {
  readonly clientID: number;
  getStates(): ReadonlyMap<number, { [FIELD]?: boolean }>;
  setLocalStateField(name: string, value: boolean): void;
}

/**
 * Whether this page is the one of a shared notebook that restores outputs: all
 * pages show the same document, so a second one would put them there twice.
 *
 * The first page that asks claims it, and keeps it until it is closed. Of two
 * that claim it at the same moment, the one with the smaller id keeps it.
 */
export async function claimsRestoring(panel: NotebookPanel): Promise<boolean> {
  const { sharedModel } = panel.context.model;
  const { awareness } = sharedModel as unknown as { awareness?: IAwareness };
  if (!panel.context.model.collaborative || !awareness) {
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

async function pause(): Promise<void> {
  await new Promise(resolve => window.setTimeout(resolve, ANSWERS));
}
