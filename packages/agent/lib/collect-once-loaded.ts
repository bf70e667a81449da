import type { Agent } from './agent.ts';

/**
 * Collects what reading everything has left behind, once, when it was read and kept. Without that it stays, and how much it is
 * depends on the moment at which the engine last collected by itself.
 *
 * @param collect Node has it where it is started with `--expose-gc`
 */
export const collectOnceLoaded = (
  { onLook, freshness }: Pick<Agent, 'onLook' | 'freshness'>,
  collect: typeof gc,
): void => {
  let isDue = true;
  onLook(() => {
    if (!isDue || !freshness.loaded) return;
    isDue = false;
    // Compiled code that nobody has called since goes as well.
    collect?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  });
};
