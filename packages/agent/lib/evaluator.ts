import type { Evaluator, NamedEvaluator } from '@flaghoist/core/evaluator';
import type { EvaluationContext } from '@openfeature/core';
import { FeatureFlag } from '@openfeature/flagd-core';

/** One flag in an evaluator, as far as it is asked. */
export type LoadedFlag = Pick<FeatureFlag, 'state' | 'variants' | 'metadata'> & {
  evaluate(context: EvaluationContext): {
    readonly variant?: string | undefined;
    readonly reason?: string | undefined;
    readonly errorCode?: string | undefined;
    readonly errorMessage?: string | undefined;
  };
};

/** An evaluator that this agent can go over to. */
export interface CarriedEvaluator extends Evaluator {
  /** @throws what the evaluator says of a definition that it cannot load */
  load(flagKey: string, definition: Readonly<Record<string, unknown>>): LoadedFlag;
}

export const evaluatorName = ({ version }: Pick<NamedEvaluator, 'version'>): string =>
  `@openfeature/flagd-core ${version}`;

const ignore = (): void => undefined;
const silent = { error: ignore, warn: ignore, info: ignore, debug: ignore };

type Definition = ConstructorParameters<typeof FeatureFlag>[1];

/**
 * Those that are carried, the newest first; a test compares that with what is installed. Another one comes beside it for a release
 * (in the catalog under an alias, `npm:@openfeature/flagd-core@…`), until the topology names it and every agent uses it.
 */
export const CARRIED: readonly [CarriedEvaluator, ...CarriedEvaluator[]] = [
  {
    ...{ version: '4.0.1', bucketing: 'v2' },
    load: (flagKey, definition) => new FeatureFlag(flagKey, definition as unknown as Definition, silent),
  },
];

/**
 * One flag in an evaluator.
 *
 * @throws what the evaluator says of a definition that it cannot load, or whose rule it cannot read
 */
export const loadFlag = (
  flagKey: string,
  definition: Readonly<Record<string, unknown>>,
  evaluator: CarriedEvaluator,
): LoadedFlag => {
  const flag = evaluator.load(flagKey, definition);
  // A rule that it cannot read makes no noise until somebody asks.
  const { errorCode, errorMessage } = flag.evaluate({});
  if (errorCode === 'PARSE_ERROR') throw new TypeError(errorMessage);
  return flag;
};
