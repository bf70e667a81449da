import { isObject } from '@flaghoist/core/json';
import type { Random } from '@flaghoist/core/ports/random';
import { answerTo, isCall } from './intrinsics.ts';
import { valueAt, type WorkflowContext, withValueAt } from './json-path.ts';
import type { Test } from './states-schema.ts';
import { WorkflowError } from './workflow-error.ts';

/** No payload of a workflow may be larger. Fixed by Step Functions. */
const MAX_PAYLOAD_BYTES = 256 * 1024;

/**
 * What goes from one state to the next: really JSON.
 *
 * @throws WorkflowError `States.DataLimitExceeded` for more than 256 KiB
 */
export const payload = (value: unknown): unknown => {
  const text = JSON.stringify(value ?? null);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_PAYLOAD_BYTES) {
    throw new WorkflowError('States.DataLimitExceeded', `${bytes} bytes are more than ${MAX_PAYLOAD_BYTES}`);
  }
  return JSON.parse(text);
};

/** The value at a path. @throws WorkflowError when there is none */
export const resolve = (path: string, input: unknown, context: WorkflowContext): unknown => {
  const value = valueAt(path, input, context);
  if (value === undefined) throw new WorkflowError('States.ParameterPathFailure', `nothing at ${path}`);
  return value;
};

/** InputPath and OutputPath: `null` is the empty object, no path is everything. */
export const select = (path: string | null | undefined, input: unknown, context: WorkflowContext): unknown => {
  if (path === null) return {};
  return path === undefined ? input : resolve(path, input, context);
};

/** ResultPath: `null` drops the result, no path replaces the input by it. */
export const insert = (path: string | null | undefined, input: unknown, result: unknown): unknown => {
  if (path === null) return input;
  const output = withValueAt(path ?? '$', input, result);
  if (output === undefined) throw new WorkflowError('States.ResultPathMatchFailure', `${path} leads through no object`);
  return output;
};

/** What templates are filled from. */
export interface Filling {
  readonly input: unknown;
  readonly context: WorkflowContext;
  readonly random: Random;
}

/** Parameters and ResultSelector: fields whose names end in `.$` are paths or calls, everything else stands as it is. */
export const fill = (template: unknown, filling: Filling): unknown => {
  if (Array.isArray(template)) return template.map((value) => fill(value, filling));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith('.$') && typeof value === 'string'
        ? [key.slice(0, -2), valueFor(value, filling)]
        : [key, fill(value, filling)],
    ),
  );
};

/** @throws WorkflowError when there is none */
const valueFor = (text: string, { input, context, random }: Filling): unknown => {
  if (!isCall(text)) return resolve(text, input, context);
  const answer = answerTo(text, (path) => resolve(path, input, context), random);
  if (answer === undefined)
    throw new WorkflowError('States.IntrinsicFailure', `${text} has arguments that it does not take`);
  return answer;
};

/** @throws WorkflowError when a comparison names what is not there, unless it asks just that */
export const holds = (test: Test, input: unknown, context: WorkflowContext): boolean => {
  if (test.Variable !== undefined) return compare(test, valueAt(test.Variable, input, context), { input, context });
  if (test.And !== undefined) return test.And.every((each) => holds(each, input, context));
  if (test.Or !== undefined) return test.Or.some((each) => holds(each, input, context));
  return test.Not !== undefined && !holds(test.Not, input, context);
};

const compare = (test: Test, value: unknown, { input, context }: Pick<Filling, 'input' | 'context'>): boolean => {
  if (test.IsPresent !== undefined) return (value !== undefined) === test.IsPresent;
  if (value === undefined) throw new WorkflowError('States.Runtime', `nothing at ${test.Variable} to choose by`);
  if (test.IsNull !== undefined) return (value === null) === test.IsNull;
  if (test.StringEquals !== undefined) return value === test.StringEquals;
  if (test.StringEqualsPath !== undefined)
    return typeof value === 'string' && value === resolve(test.StringEqualsPath, input, context);
  if (test.StringMatches !== undefined) return typeof value === 'string' && patternOf(test.StringMatches).test(value);
  if (test.BooleanEquals !== undefined) return value === test.BooleanEquals;
  return typeof value === 'number' && compareNumbers(test, value);
};

/** `*` is any characters, and `\\*` an asterisk. */
const patternOf = (text: string): RegExp => {
  const parts = text.match(/\\[\\*]|./gs) ?? [];
  const pattern = parts.map((part) => (part === '*' ? '.*' : part.slice(-1).replace(/[^\w\s]/, '\\$&')));
  return new RegExp(`^${pattern.join('')}$`, 's');
};

const compareNumbers = (test: Test, value: number): boolean => {
  if (test.NumericEquals !== undefined) return value === test.NumericEquals;
  if (test.NumericLessThan !== undefined) return value < test.NumericLessThan;
  if (test.NumericLessThanEquals !== undefined) return value <= test.NumericLessThanEquals;
  if (test.NumericGreaterThan !== undefined) return value > test.NumericGreaterThan;
  return test.NumericGreaterThanEquals !== undefined && value >= test.NumericGreaterThanEquals;
};
