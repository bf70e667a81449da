import { isObject } from '@flaghoist/core/json';
import * as z from 'zod/mini';
import { isCall } from './intrinsics.ts';
import { isInputPath, isPath } from './json-path.ts';

/*
 * The part of the Amazon States Language that the runner knows. Everything is strict: what is not here is refused when a
 * definition is loaded, so that no definition means something else in AWS than it did here.
 */

const path = z.string().check(z.refine(isPath, 'is not a path that this runner knows'));
const inputPath = z.string().check(z.refine(isInputPath, 'is not a path into the input that this runner knows'));
const seconds = z.int().check(z.gte(1), z.lte(99_999_999));
const optionalText = z.optional(z.string());

/** Every place in a payload template whose `.$` field holds neither a path nor a call of an intrinsic function. */
const badPaths = (template: unknown, at: readonly string[] = []): readonly (readonly string[])[] => {
  if (Array.isArray(template)) return template.flatMap((value, index) => badPaths(value, [...at, String(index)]));
  if (!isObject(template)) return [];
  return Object.entries(template).flatMap(([key, value]) => {
    if (!key.endsWith('.$')) return badPaths(value, [...at, key]);
    return typeof value === 'string' && (isPath(value) || isCall(value)) ? [] : [[...at, key]];
  });
};

const template = z.record(z.string(), z.unknown()).check((context) => {
  for (const at of badPaths(context.value)) {
    const message = 'must hold a path that this runner knows';
    context.issues.push({ code: 'custom', path: [...at], message, input: context.value });
  }
});

const dataFlow = {
  Comment: optionalText,
  InputPath: z.optional(z.nullable(path)),
  OutputPath: z.optional(z.nullable(path)),
};
const result = { ResultPath: z.optional(z.nullable(inputPath)) };
const following = { Next: optionalText, End: z.optional(z.literal(true)) };

const isGiven = (value: object, field: string): boolean => Reflect.get(value, field) !== undefined;

const exactlyOneOf = (...fields: readonly string[]) =>
  z.refine<object>(
    (value) => fields.filter((field) => isGiven(value, field)).length === 1,
    `needs exactly one of ${fields.join(', ')}`,
  );

const errorNames = z.array(z.string()).check(z.minLength(1));
const retrierSchema = z.strictObject({
  Comment: optionalText,
  ErrorEquals: errorNames,
  IntervalSeconds: z.optional(seconds),
  MaxAttempts: z.optional(z.int().check(z.gte(0))),
  BackoffRate: z.optional(z.number().check(z.gte(1))),
  MaxDelaySeconds: z.optional(seconds),
  JitterStrategy: z.optional(z.enum(['FULL', 'NONE'])),
});
const catcherSchema = z.strictObject({ Comment: optionalText, ErrorEquals: errorNames, Next: z.string(), ...result });

const operators = {
  StringEquals: optionalText,
  StringEqualsPath: z.optional(path),
  StringMatches: optionalText,
  BooleanEquals: z.optional(z.boolean()),
  NumericEquals: z.optional(z.number()),
  NumericLessThan: z.optional(z.number()),
  NumericLessThanEquals: z.optional(z.number()),
  NumericGreaterThan: z.optional(z.number()),
  NumericGreaterThanEquals: z.optional(z.number()),
  IsPresent: z.optional(z.boolean()),
  IsNull: z.optional(z.boolean()),
};
const operatorsSchema = z.object(operators);

/** A condition of a Choice state: a comparison, or a combination of conditions. */
export interface Test extends z.output<typeof operatorsSchema> {
  readonly Comment?: string | undefined;
  readonly Variable?: string | undefined;
  readonly And?: readonly Test[] | undefined;
  readonly Or?: readonly Test[] | undefined;
  readonly Not?: Test | undefined;
}

const testSchema: z.ZodMiniType<Test> = z.lazy(() => z.strictObject(testFields).check(combined, compared));
const tests = z.array(testSchema).check(z.minLength(1));
const testFields = {
  Comment: optionalText,
  Variable: z.optional(path),
  ...operators,
  And: z.optional(tests),
  Or: z.optional(tests),
  Not: z.optional(testSchema),
};
const combined = exactlyOneOf('Variable', 'And', 'Or', 'Not');
const compared = z.refine<object>((value) => {
  const given = Object.keys(operators).filter((operator) => isGiven(value, operator)).length;
  return given === (isGiven(value, 'Variable') ? 1 : 0);
}, 'needs exactly one comparison beside Variable, and none without it');

const choiceSchema = z.strictObject({ ...testFields, Next: z.string() }).check(combined, compared);

const taskSchema = z
  .strictObject({
    Type: z.literal('Task'),
    ...dataFlow,
    ...result,
    ...following,
    Resource: z.string().check(z.minLength(1)),
    Parameters: z.optional(template),
    ResultSelector: z.optional(template),
    TimeoutSeconds: z.optional(seconds),
    Retry: z.optional(z.array(retrierSchema)),
    Catch: z.optional(z.array(catcherSchema)),
  })
  .check(exactlyOneOf('Next', 'End'));

const passSchema = z
  .strictObject({
    Type: z.literal('Pass'),
    ...dataFlow,
    ...result,
    ...following,
    Parameters: z.optional(template),
    Result: z.optional(z.unknown()),
  })
  .check(exactlyOneOf('Next', 'End'));

const waitSchema = z
  .strictObject({
    Type: z.literal('Wait'),
    ...dataFlow,
    ...following,
    Seconds: z.optional(z.int().check(z.gte(0))),
    SecondsPath: z.optional(path),
  })
  .check(exactlyOneOf('Next', 'End'), exactlyOneOf('Seconds', 'SecondsPath'));

const choiceStateSchema = z.strictObject({
  Type: z.literal('Choice'),
  ...dataFlow,
  Choices: z.array(choiceSchema).check(z.minLength(1)),
  Default: optionalText,
});

const succeedSchema = z.strictObject({ Type: z.literal('Succeed'), ...dataFlow });
const failSchema = z.strictObject({
  Type: z.literal('Fail'),
  Comment: optionalText,
  Error: optionalText,
  Cause: optionalText,
});

const stateSchema = z.discriminatedUnion('Type', [
  taskSchema,
  passSchema,
  waitSchema,
  choiceStateSchema,
  succeedSchema,
  failSchema,
]);

export const stateMachineSchema = z.strictObject({
  Comment: optionalText,
  Version: z.optional(z.literal('1.0')),
  QueryLanguage: z.optional(z.literal('JSONPath')),
  StartAt: z.string(),
  TimeoutSeconds: z.optional(seconds),
  States: z.record(z.string(), stateSchema),
});

export type StateMachine = z.output<typeof stateMachineSchema>;
export type State = z.output<typeof stateSchema>;
export type TaskState = z.output<typeof taskSchema>;
export type PassState = z.output<typeof passSchema>;
export type WaitState = z.output<typeof waitSchema>;
export type Retrier = z.output<typeof retrierSchema>;
