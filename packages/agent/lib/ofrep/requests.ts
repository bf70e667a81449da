import { isObject, memberOf } from '@flaghoist/core/json';
import type { EvaluationContext } from '@openfeature/core';
import { type Answer, failure } from './answers.ts';

export type Asked = { readonly context: EvaluationContext } | { readonly refused: Answer };

/** The attributes that a request brings; none is none. */
export const contextIn = (body: string, key?: string): Asked => {
  let parsed: unknown;
  try {
    parsed = body === '' ? {} : JSON.parse(body);
  } catch (error) {
    return { refused: failure('PARSE_ERROR', `the body is not JSON: ${String(error)}`, key) };
  }
  const context = isObject(parsed) ? (memberOf(parsed, 'context') ?? {}) : parsed;
  if (!isObject(parsed) || !isObject(context)) {
    return { refused: failure('INVALID_CONTEXT', 'expected {"context": {…}} with the attributes of the caller', key) };
  }
  return { context: context as EvaluationContext };
};
