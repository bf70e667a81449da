import { FeatureFlag } from '@openfeature/flagd-core';

/** The evaluator whose answers are served; a test compares it with what is installed. Another one is another bucketing. */
export const EVALUATOR = '@openfeature/flagd-core 4.0.1';

const ignore = (): void => undefined;
const silent = { error: ignore, warn: ignore, info: ignore, debug: ignore };

type Definition = ConstructorParameters<typeof FeatureFlag>[1];

/**
 * One flag in flagd's evaluator.
 *
 * @throws what the evaluator says of a definition that it cannot load, or whose rule it cannot read
 */
export const loadFlag = (flagKey: string, definition: Readonly<Record<string, unknown>>): FeatureFlag => {
  const flag = new FeatureFlag(flagKey, definition as unknown as Definition, silent);
  // A rule that it cannot read makes no noise until somebody asks.
  const { errorCode, errorMessage } = flag.evaluate({});
  if (errorCode === 'PARSE_ERROR') throw new TypeError(errorMessage);
  return flag;
};
