import { FeatureFlag } from '@openfeature/flagd-core';

/** The evaluator that is asked. Sealed into the evidence; a test compares it with what is installed. */
export const EVALUATOR = '@openfeature/flagd-core 4.0.1';

/** The attributes that a caller sends. */
export type Context = Readonly<Record<string, unknown>>;

/** What a caller gets, or why the evaluator has no answer. */
export type Answer = { readonly variant: string | null } | { readonly failure: string };

const ignore = (): void => undefined;
const silent = { error: ignore, warn: ignore, info: ignore, debug: ignore };

/** Without dynamic code: a rule is asked a few hundred times, and compiling it costs more than that. */
const options = { disableDynamicCodeGeneration: true };

type Asked = ConstructorParameters<typeof FeatureFlag>[1];

export interface Definition {
  readonly state: 'ENABLED';
  readonly variants: Readonly<Record<string, unknown>>;
  readonly defaultVariant?: unknown;
  readonly targeting: unknown;
}

/**
 * flagd hashes what it can enumerate of each definition that it loads, to tell whether the flag was changed. Here nobody asks
 * that, and the hash takes longer than all else that loading does.
 */
const unhashed = ({ state, variants, defaultVariant, targeting }: Definition): Asked =>
  Object.create(null, {
    state: { value: state },
    variants: { value: variants },
    defaultVariant: { value: defaultVariant },
    targeting: { value: targeting },
  });

/** One flag in flagd's evaluator. @throws what the evaluator throws at a definition that it cannot load */
export const evaluatorOf = (flagKey: string, definition: Definition): ((context: Context) => Answer) => {
  const flag = new FeatureFlag(flagKey, unhashed(definition), silent, options);
  return (context) => {
    const found = flag.evaluate(context as Parameters<FeatureFlag['evaluate']>[0]);
    if (found.reason === 'ERROR') return { failure: found.errorMessage ?? 'no answer' };
    return { variant: found.variant ?? null };
  };
};

/** What the evaluator makes of a condition: `null` where it fails. */
export type Truth = boolean | null;

/** The attribute that says which of the conditions is asked. */
const WHICH = '$which';

/**
 * Many conditions in one flag, since to load a flag costs as much as a hundred evaluations.
 *
 * @returns what the condition with this number is for a caller
 */
export const conditionsOf = (conditions: readonly unknown[]): ((which: number, context: Context) => Truth) => {
  // A tree of choices and not a chain: to ask the last of five hundred must not take five hundred comparisons.
  const choose = (from: number, to: number): unknown => {
    if (to - from === 1) return { if: [conditions[from], 'true', 'false'] };
    const middle = (from + to) >> 1;
    return { if: [{ '<': [{ var: WHICH }, middle] }, choose(from, middle), choose(middle, to)] };
  };
  if (conditions.length === 0) return () => null;
  const ask = evaluatorOf('condition', {
    state: 'ENABLED',
    variants: { true: 1, false: 0 },
    defaultVariant: 'false',
    targeting: choose(0, conditions.length),
  });
  return (which, context) => {
    const answer = ask({ ...context, [WHICH]: which });
    return 'failure' in answer ? null : answer.variant === 'true';
  };
};
