import { writeFileSync } from 'node:fs';
import type { FlagView } from '@flaghoist/control-plane/views/schemas';
import type { Receipt } from '@flaghoist/receipts/receipt';
import { textOf } from '@flaghoist/receipts/seal';
import { clientOf } from '../client/command.ts';
import { orderText } from '../client/order-text.ts';
import { flagPath } from '../client/paths.ts';
import type { CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { wrongOption } from '../wrong-use.ts';
import type { FetchOptions } from './options.ts';

/** Writes the receipt of a change. */
export const fetchReceipt = async (change: string, options: FetchOptions, context: CommandContext): Promise<number> => {
  const client = await clientOf(options, context);
  const { output } = context;
  const [flagKey = '', typed] = change.split('@');
  const order = typed ?? orderText((await client.get<FlagView>(flagPath(flagKey))).order);
  const receipt = await client.get<Receipt>(flagPath(flagKey, `/changes/${encodeURIComponent(order)}/receipt`));
  const { out: file = `${flagKey}@${order}.receipt.json` } = options;
  write(file, textOf(receipt));
  const { state } = receipt.facts;
  output.document({
    file,
    flagKey,
    order: receipt.facts.order,
    state,
    rows: receipt.rows.length,
    keyId: receipt.seal.keyId,
  });
  if (!output.json)
    output.say(`${file}: ${flagKey} ${order}, ${state}, ${receipt.rows.length} rows, signed by ${receipt.seal.keyId}`);
  return exitCodes.ok;
};

/** Never over another file: somebody may be keeping it. */
const write = (file: string, text: string): void => {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const why = code === 'EEXIST' ? 'there is a file of that name' : `nothing can be written there (${code})`;
    throw wrongOption('--out', `${file}: ${why}`, 'Name another file with --out.');
  }
};
