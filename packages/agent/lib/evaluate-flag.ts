import type { EvaluationContext } from '@openfeature/core';
import type { AnsweringFlag } from './served-flag.ts';

/** One of the standard reasons and a variant that the flag has, or why the caller's default is due. */
export type Evaluated =
  | { readonly variant: string; readonly reason: string }
  | { readonly errorCode: 'FLAG_NOT_FOUND' | 'GENERAL'; readonly errorMessage: string };

/** Where flagd has no value of its own to give, the caller's default is due: only a missing flag makes every client use it. */
export const evaluateFlag = ({ key, flag }: AnsweringFlag, context: EvaluationContext): Evaluated => {
  const notFound = (why: string): Evaluated => ({ errorCode: 'FLAG_NOT_FOUND', errorMessage: `flag ${key} ${why}` });
  if (flag.state === 'DISABLED') return notFound("is disabled: the caller's default applies");
  const { variant, reason, errorCode, errorMessage } = flag.evaluate(context);
  if (errorCode !== undefined)
    return { errorCode: 'GENERAL', errorMessage: errorMessage ?? `flag ${key} has no answer` };
  if (variant === undefined || !flag.variants.has(variant))
    return notFound('has no variant for this caller: its default applies');
  return { variant, reason: reason ?? 'UNKNOWN' };
};
