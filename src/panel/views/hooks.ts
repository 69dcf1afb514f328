import type { ISignal } from '@lumino/signaling';
import { useEffect, useLayoutEffect, useReducer } from 'react';

/** Render again whenever a signal is emitted. */
export function useSignal(signal: ISignal<unknown, unknown>): void {
  const [, render] = useReducer((n: number) => n + 1, 0);
  // With the rendering itself: what is emitted right after it counts.
  useLayoutEffect(() => {
    const slot = (): void => render();
    signal.connect(slot);
    return () => {
      signal.disconnect(slot);
    };
  }, [signal]);
}

/**
 * Render again after so many seconds: for words such as "3 minutes ago", which
 * change by themselves.
 */
export function useTick(seconds: number): void {
  const [tick, render] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    const timer = window.setTimeout(render, seconds * 1000);
    return () => window.clearTimeout(timer);
  }, [seconds, tick]);
}
