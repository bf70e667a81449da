import type { EvaluationContext } from '@openfeature/core';
import { evaluateFlag } from '../evaluate-flag.ts';
import type { Freshness } from '../freshness.ts';
import type { AnsweringFlag } from '../served-flag.ts';

/** An answer as JSON, and its HTTP status. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

export type ErrorCode = 'FLAG_NOT_FOUND' | 'PARSE_ERROR' | 'INVALID_CONTEXT' | 'GENERAL' | 'PROVIDER_NOT_READY';

const statuses: Readonly<Record<ErrorCode, number>> = {
  FLAG_NOT_FOUND: 404,
  PARSE_ERROR: 400,
  INVALID_CONTEXT: 400,
  GENERAL: 400,
  // Clients read the body of 400, 404 and 500 only.
  PROVIDER_NOT_READY: 500,
};

export const failure = (errorCode: ErrorCode, errorDetails: string, key?: string): Answer => ({
  status: statuses[errorCode],
  text: JSON.stringify({ ...(key === undefined ? {} : { key }), errorCode, errorDetails }),
});

/** How old what is served may be, as members of the metadata; nothing while it is fresh. */
export const ageText = ({ stale, ageMs, killMayBeUnseen }: Freshness): string => {
  if (!stale) return '';
  return `,"stale":true,"ageMs":${Math.round(ageMs)}${killMayBeUnseen ? ',"killMayBeUnseen":true' : ''}`;
};

/** What a caller gets, with a value, a variant and one of the standard reasons: clients of some languages fail without. */
export const answer = (served: AnsweringFlag, context: EvaluationContext, age: string): Answer => {
  const { key, values, metadata } = served;
  const found = evaluateFlag(served, context);
  if ('errorCode' in found) return failure(found.errorCode, found.errorMessage, key);
  const { variant, reason } = found;
  const members = `"key":${JSON.stringify(key)},"value":${values.get(variant)},"variant":${JSON.stringify(variant)},"reason":"${reason}"`;
  return { status: 200, text: `{${members},"metadata":{${metadata}${age}}}` };
};
