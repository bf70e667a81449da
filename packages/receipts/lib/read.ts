import { InvalidInputError } from '@flaghoist/core/errors';
import { memberOf } from '@flaghoist/core/json';
import { parse, readJson } from '@flaghoist/core/parse';
import { RECEIPT_SCHEMA, type Receipt, type RowProof, receiptSchema, rowProofSchema } from './receipt.ts';

export type ReadDocument = Receipt | RowProof;

/** 1,872 caches take half of this per cent; what is larger is no receipt. */
const MAX_CHARACTERS = 100_000_000;

const hint = 'Give the file as hoist receipt or hoist receipt prove wrote it.';

/**
 * Reads what somebody hands in as a receipt, or as the proof of a row.
 *
 * @param what its file, as the reader of an error knows it
 * @throws InvalidInputError naming what does not fit
 */
export const readDocument = (text: string, what = 'receipt'): ReadDocument => {
  if (text.length > MAX_CHARACTERS)
    throw new InvalidInputError(
      what,
      [`/: has ${text.length} characters, and ${MAX_CHARACTERS} at most are read`],
      hint,
    );
  const found = readJson(text, { what, hint });
  const [document, schema] = [memberOf(found, 'document'), memberOf(found, 'schema')];
  if (document !== 'flaghoist-receipt' && document !== 'flaghoist-receipt-row')
    throw new InvalidInputError(what, ['/document: it is no receipt, and no proof of a row'], hint);
  if (typeof schema === 'number' && schema !== RECEIPT_SCHEMA)
    throw new InvalidInputError(what, [`/schema: is ${schema}, and this release reads ${RECEIPT_SCHEMA}`], hint);
  return document === 'flaghoist-receipt'
    ? parse(receiptSchema, found, { what, hint })
    : parse(rowProofSchema, found, { what, hint });
};
