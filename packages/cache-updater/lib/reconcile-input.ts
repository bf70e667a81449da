import { parse } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

const reconcileInputSchema = z.object({ cell: z.string().check(z.minLength(1)) });

/** @throws InvalidInputError */
export const parseReconcileInput = (input: unknown): { cell: string } =>
  parse(reconcileInputSchema, input, { what: 'reconciler input', hint: 'The schedule sends {"cell": "cell-1"}.' });
