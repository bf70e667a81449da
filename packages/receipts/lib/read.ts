import { InvalidInputError } from '@flaghoist/core/errors';
import { memberOf } from '@flaghoist/core/json';
import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import { RECEIPT_SCHEMA, type Receipt, type RowProof, receiptSchema, rowProofSchema } from './receipt.ts';

export type ReadDocument = Receipt | RowProof;

/** 1,872 caches take half of this per cent; what is larger is no receipt. */
const MAX_CHARACTERS = 100_000_000;

const hint = 'Give the file as hoist receipt or hoist receipt prove wrote it.';

/**
 * Reads what somebody hands in as a receipt, or as the proof of a row.
 *
 * @throws InvalidInputError naming what does not fit
 */
export const readDocument = (text: string): ReadDocument => {
  const what = 'receipt';
  if (text.length > MAX_CHARACTERS)
    throw new InvalidInputError(
      what,
      [`/: has ${text.length} characters, and ${MAX_CHARACTERS} at most are read`],
      hint,
    );
  const found = parseJson(z.unknown(), text, { what, hint });
  const schema = memberOf(found, 'schema');
  if (typeof schema === 'number' && schema !== RECEIPT_SCHEMA)
    throw new InvalidInputError(what, [`/schema: is ${schema}, and this release reads ${RECEIPT_SCHEMA}`], hint);
  if (memberOf(found, 'document') === 'flaghoist-receipt-row')
    return parseJson(rowProofSchema, text, { what: 'proof of a row', hint });
  return parseJson(receiptSchema, text, { what, hint });
};
