import { InvalidInputError } from '@flaghoist/core/errors';
import { proveRow } from '@flaghoist/receipts/prove';
import { readDocument } from '@flaghoist/receipts/read';
import { textOf } from '@flaghoist/receipts/seal';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { readInput } from '../read-input.ts';

/** Prints one row with its proof. */
export const proveReceipt = async (
  file: string,
  place: { readonly service: string; readonly region: string },
  { output }: CommandContext,
): Promise<number> => {
  const receipt = readDocument(readInput(file), file);
  if (receipt.document !== 'flaghoist-receipt')
    throw new InvalidInputError(file, ['/document: is the proof of a row already'], 'Give the receipt itself.');
  // The very bytes that are verified, with --json as well.
  output.print(textOf(proveRow(receipt, place)));
  return exitCodes.ok;
};
