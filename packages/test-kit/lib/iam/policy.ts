import * as z from 'zod/mini';

/*
 * IAM policies as they are written, strictly: an element that the evaluator does not judge is refused, because a policy that
 * is judged in part is judged wrongly.
 */

const texts = z.pipe(
  z.union([z.string(), z.array(z.string())]),
  z.transform((value) => (typeof value === 'string' ? [value] : value)),
);

const principalSchema = z.union([
  z.literal('*'),
  z.strictObject({ AWS: z.optional(texts), Service: z.optional(texts), Federated: z.optional(texts) }),
]);

const statementSchema = z
  .strictObject({
    Sid: z.optional(z.string()),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: z.optional(principalSchema),
    Action: z.optional(texts),
    /** All actions but these. */
    NotAction: z.optional(texts),
    Resource: z.optional(texts),
    Condition: z._default(z.record(z.string(), z.record(z.string(), texts)), {}),
  })
  .check(z.refine(({ Action, NotAction }) => (Action === undefined) !== (NotAction === undefined)));
export type Statement = z.output<typeof statementSchema>;

const policySchema = z.strictObject({
  // Without this version variables such as ${aws:userid} are text.
  Version: z.literal('2012-10-17'),
  Statement: z.array(statementSchema).check(z.minLength(1)),
});
export type Policy = z.output<typeof policySchema>;

/** @throws ZodError for anything that the evaluator does not judge */
export const parsePolicy = (document: unknown): Policy => z.parse(policySchema, document);
