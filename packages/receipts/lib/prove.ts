import { InvalidInputError } from '@flaghoist/core/errors';
import { inclusionPath } from './merkle.ts';
import type { Receipt, RowProof } from './receipt.ts';
import { placeOf } from './seal.ts';

/** One row of a receipt, with what it takes to hold it to the signature. @throws InvalidInputError for a row that it does not have */
export const proveRow = (
  { schema, facts, seal, rows }: Receipt,
  place: { readonly region: string; readonly service: string },
): RowProof => {
  const index = rows.findIndex((row) => placeOf(row) === placeOf(place));
  const row = rows[index];
  if (row === undefined)
    throw new InvalidInputError(
      `receipt of ${facts.flagKey}`,
      [`/rows: there is none of ${place.service} in ${place.region}`],
      'Name a service and a region that had to hold the change.',
    );
  const leaves = rows.map(({ leaf }) => leaf);
  return {
    document: 'flaghoist-receipt-row',
    schema,
    facts,
    seal,
    row,
    proof: { index, path: [...inclusionPath(leaves, index)] },
  };
};
