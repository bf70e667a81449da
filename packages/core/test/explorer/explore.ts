import * as fc from 'fast-check';
import { type History, play, SETUPS } from './history.ts';
import { type Rules, remembering } from './rules.ts';
import { STEP_CODES } from './step-table.ts';
import { BrokenPromise, type Promised } from './truth.ts';

const MAX_STEPS = 40;

const histories: fc.Arbitrary<History> = fc.record({
  setup: fc.nat(SETUPS - 1),
  steps: fc.array(fc.nat(STEP_CODES - 1), { maxLength: MAX_STEPS, size: 'max' }),
  doomed: fc.nat(63),
});

export interface Search {
  runs: number;
  seed: number;
  /** Of an earlier finding: plays that one history only. */
  path?: string;
  /** Stop at the first counterexample, however long it is. */
  shrink?: boolean;
  /** Look for this promise alone: a mutant may break several. */
  only?: Promised;
}

export interface Finding {
  readonly promise: string;
  readonly history: History;
  readonly seed: number;
  readonly path: string;
  /** After how many histories it was found. */
  readonly runs: number;
}

/** Plays random histories until a promise breaks, then looks for the shortest history that still breaks one. */
export const explore = (rules: Rules, { runs, seed, path, shrink = true, only }: Search): Finding | null => {
  const remembered = remembering(rules);
  const property = fc.property(histories, (history) => {
    try {
      play(remembered, history);
    } catch (error) {
      if (only === undefined || !(error instanceof BrokenPromise) || error.promise === only) throw error;
    }
  });
  const result = fc.check(property, {
    numRuns: runs,
    seed,
    endOnFailure: !shrink,
    unbiased: true,
    ...(path === undefined ? {} : { path }),
  });
  if (!result.failed) return null;
  const { counterexample, counterexamplePath, errorInstance, numRuns } = result;
  if (counterexample === null || counterexamplePath === null) throw errorInstance;
  // A mistake in the model itself is not a finding.
  if (!(errorInstance instanceof BrokenPromise)) throw errorInstance;
  const [history] = counterexample;
  return { promise: errorInstance.message, history, seed, path: counterexamplePath, runs: numRuns };
};

/** The finding as a list of steps, and what to set to see it again. */
export const describeFinding = (rules: Rules, { promise, history, seed, path, runs }: Finding): string => {
  const lines: string[] = [];
  try {
    play(rules, history, (line) => lines.push(line));
  } catch (error) {
    lines.push(`BROKEN: ${error instanceof Error ? error.message : String(error)}`);
  }
  return [
    `Broken promise after ${runs} histories: ${promise}`,
    ...lines.map((line, index) => `${String(index + 1).padStart(3)}. ${line}`),
    `Replay: EXPLORER_SEED=${seed} EXPLORER_PATH=${path} jest explorer.test`,
    `Play step by step: EXPLORER_HISTORY='${JSON.stringify(history)}' jest explorer.test`,
  ].join('\n');
};
