import { evaluatorSchema } from '@flaghoist/core/evaluator';
import { parse } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

const reconcileInputSchema = z.object({
  cell: z.string().check(z.minLength(1)),
  /** Asks which instances do not carry it. */
  evaluator: z.optional(evaluatorSchema),
});

export type ReconcileInput = z.output<typeof reconcileInputSchema>;

/** @throws InvalidInputError */
export const parseReconcileInput = (input: unknown): ReconcileInput =>
  parse(reconcileInputSchema, input, { what: 'reconciler input', hint: 'The schedule sends {"cell": "cell-1"}.' });
