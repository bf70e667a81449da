import type { ReconcileHandler } from './handler.ts';
import type { ReconcileResult } from './reconcile-cell.ts';

export interface TimedPass extends ReconcileResult {
  /** Milliseconds that the pass took. */
  readonly tookMs: number;
  /** Milliseconds from the start of this process until its code was loaded, in the answer of its first pass. */
  readonly coldStartMs?: number;
}

/**
 * Says with the answer how long it took: the platform's own lines, which would say it, are off.
 * @param coldStartMs what loading took
 * @param now milliseconds from any beginning
 */
export const timed = (
  pass: ReconcileHandler,
  { coldStartMs, now }: { readonly coldStartMs: number; readonly now: () => number },
): ((input: unknown) => Promise<TimedPass>) => {
  let isFirst = true;
  return async (input) => {
    const cold = isFirst ? { coldStartMs } : {};
    isFirst = false;
    const begun = now();
    const result = await pass(input);
    return { ...result, tookMs: Math.round(now() - begun), ...cold };
  };
};
