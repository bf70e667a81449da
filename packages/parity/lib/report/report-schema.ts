import * as z from 'zod/mini';
import type { ParityReport } from './report.ts';

const count = z.number().check(z.int(), z.minimum(0));
const text = z.string();
const part = z.enum(['home', 'standby', 'region']);

/** A report that was written before. A member that it does not know is refused: nothing here would look at it. */
export const reportSchema: z.ZodMiniType<ParityReport> = z.strictObject({
  schema: z.literal(1),
  generatedAt: text,
  judgedAt: text,
  stack: text,
  plannedBy: z.enum(['hoist', 'caller', 'states']),
  parity: z.boolean(),
  environments: z.array(
    z.strictObject({
      name: text,
      region: text,
      replicaRegion: text,
      account: text,
      upstream: z.nullable(text),
      regions: z.optional(z.array(text)),
      workspace: z.optional(text),
      part: z.optional(part),
      planSha256: text,
      terraformVersion: text,
      providers: z.record(text, text),
    }),
  ),
  counts: z.strictObject({
    compared: count,
    identical: count,
    madeAlike: count,
    allowed: count,
    undecided: count,
    violations: count,
    notCompared: count,
    entryProblems: count,
  }),
  differences: z.array(
    z.strictObject({
      part: z.optional(part),
      path: text,
      instance: text,
      kind: z.enum(['value', 'count', 'instance', 'shared', 'undecided']),
      status: z.enum(['allowed', 'violation']),
      values: z.record(text, z.nullable(text)),
      note: z.nullable(text),
      problem: z.nullable(text),
      allowedBy: z.array(count),
    }),
  ),
  notCompared: z.array(z.strictObject({ path: text, why: text })),
  entryProblems: z.array(z.strictObject({ rule: text, path: text, line: count, message: text, hint: text })),
  allowList: z.array(
    z.strictObject({
      path: text,
      reason: text,
      owner: text,
      expires: text,
      direction: text,
      line: count,
      covers: count,
      endsSoon: z.optional(z.boolean()),
    }),
  ),
});
