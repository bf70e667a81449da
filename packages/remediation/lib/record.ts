import { digestOf as digestOfValue } from '@flaghoist/core/canonical-json';
import { InvalidInputError } from '@flaghoist/core/errors';
import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import { refusals, remedies } from './verdict.ts';

const refusalNames = Object.keys(refusals) as [keyof typeof refusals, ...(keyof typeof refusals)[]];

const verdictSchema = z.object({
  address: z.string(),
  type: z.string(),
  paths: z.array(z.string()),
  /** Left out by those that wrote before it was shown. */
  changes: z.optional(z.array(z.object({ path: z.string(), now: z.string(), configured: z.string() }))),
  remedy: z.enum(remedies),
  refused: z.array(z.enum(refusalNames)),
  brings: z.optional(z.array(z.string())),
});

const recordSchema = z.object({
  schema: z.literal(1),
  environment: z.string(),
  stack: z.string(),
  workspace: z.string(),
  /** What was saved, by the SHA-256 of its bytes: the plan, and what it has read otherwise than the state has it. */
  planSha256: z.string(),
  /** The state that it was made on. An apply on another one would be another plan. */
  state: z.object({ lineage: z.string(), serial: z.number() }),
  /** As AWS names who made it. */
  plannedBy: z.string(),
  /** Epoch milliseconds. */
  plannedAt: z.int(),
  /** What it changes. */
  mends: z.array(verdictSchema),
  /** What it leaves alone, and why. */
  leaves: z.array(verdictSchema),
  need: z.enum(['auto', 'ask']),
});
export type RemediationRecord = z.output<typeof recordSchema>;

/** @throws InvalidInputError */
export const parseRecord = (text: string): RemediationRecord =>
  parseJson(recordSchema, text, {
    what: 'the record of the plan',
    hint: 'Only hoist remediate --plan writes it. Plan again.',
  });

/**
 * The plan that was kept. One that cannot be read, because it is damaged or of another version of hoist, is none: nobody knows what was
 * shown, so nobody may apply it.
 *
 * @returns why it cannot be read, where it cannot
 */
export const keptRecord = (memory: {
  readonly record: () => RemediationRecord | undefined;
}): { readonly record?: RemediationRecord | undefined; readonly unreadable?: string } => {
  try {
    return { record: memory.record() };
  } catch (error) {
    if (error instanceof InvalidInputError) return { unreadable: error.message };
    throw error;
  }
};

/** What an approval binds: the plan's bytes, the state, and all that was shown. */
export const digestOf = (record: RemediationRecord): string => digestOfValue(record);

export type RemediationSubject = Pick<RemediationRecord, 'environment' | 'stack' | 'workspace'>;

/** All stacks and workspaces of an environment are planned in one folder, unless told otherwise. */
export const isOf = (record: RemediationSubject, subject: RemediationSubject): boolean =>
  (['environment', 'stack', 'workspace'] as const).every((member) => record[member] === subject[member]);
