import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import { attemptsSchema } from './attempts.ts';

const intentSchema = z.object({
  schema: z.literal(1),
  environment: z.string(),
  stack: z.string(),
  workspace: z.string(),
  /** Of the plan. With environment and stack it names the events that tell what became of the apply. */
  digest: z.string(),
  /** What is to be put back, by address. */
  resources: z.array(z.string()),
  /** As AWS names who applies. */
  appliedBy: z.string(),
  /** Whose word the policy asked for; `null` where it asks nobody. */
  approver: z.nullable(z.string()),
  /** When it began, in epoch milliseconds. */
  at: z.int(),
  /** The state that it begins on. Left out, like the next, by those that wrote before it was. */
  state: z.optional(z.object({ lineage: z.string(), serial: z.number() })),
  /** Which attempt it is, for each resource: who finds it twice counts it once. */
  attempts: z.optional(attemptsSchema),
});

/**
 * An apply that begins: what will be applied, by whom and by whose word. It is written down before anything is applied, so that whoever
 * finds it later can say what became of it, also where the apply was killed.
 */
export type ApplyIntent = Readonly<z.output<typeof intentSchema>>;

/** What became of an apply that had begun. */
export interface ConcludedApply {
  readonly intent: ApplyIntent;
  /** `escalated`: as many attempts as the policy allows, and it drifts still. */
  readonly outcome: 'mended' | 'not-mended' | 'escalated';
  /** What drifts still. */
  readonly remaining: readonly string[];
}

/** What became of an apply that was cut off. */
export interface SettledApply extends Omit<ConcludedApply, 'outcome'> {
  /** `untouched`: nothing shows that it had begun, so it was no attempt. */
  readonly outcome: ConcludedApply['outcome'] | 'untouched';
}

export const INTENT_FILE = 'applying.json';

/** @throws InvalidInputError */
export const parseIntent = (text: string): ApplyIntent =>
  parseJson(intentSchema, text, {
    what: 'what an apply had begun',
    hint: `Only hoist remediate writes it. Take ${INTENT_FILE}, which lies beside the plan, out of that folder, and keep it with outside.json, which lies there too: nobody else knows what that apply did. Look what became of it with hoist drift; the next plan finds what drifts still.`,
  });
