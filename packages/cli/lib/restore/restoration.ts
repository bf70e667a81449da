import type { ChangeHistory, FlagView } from '@flaghoist/control-plane/views/schemas';
import type { Order } from '@flaghoist/core/order';
import type { Client } from '../client/client.ts';
import { orderText } from '../client/order-text.ts';
import { flagPath } from '../client/paths.ts';
import type { Asked } from '../client/propose.ts';
import { WrongUseError } from '../wrong-use.ts';

const PAGE = 200;

/** What restores a flag: the document of a revision, else of the newest that was live. @throws WrongUseError */
export const restorationOf = async (client: Client, flagKey: string, order: string | undefined): Promise<Asked> => {
  const current = await client.get<FlagView>(flagPath(flagKey));
  const from = order ?? orderText(await lastLive(client, current));
  const target = await client.get<FlagView>(flagPath(flagKey, `/revisions/${from}`));
  const { document } = target;
  if (document === null)
    throw new WrongUseError(
      `${flagKey} was archived as ${from}`,
      `Name an order at which it was there: hoist history ${flagKey} lists them.`,
    );
  // What the kill has kept stays: lifting it changes nothing else.
  const { audience, owner, offVariant, prerequisites } = current.state === 'killed' ? current : target;
  return {
    flagKey,
    kind: 'restored',
    basedOn: { ...current.order },
    document,
    audience: audience === '*' ? '*' : [...audience],
    owner,
    ...(offVariant === null ? {} : { offVariant }),
    ...(prerequisites === undefined ? {} : { prerequisites: [...prerequisites] }),
  };
};

/** The newest revision in which the flag was live and that was not taken back. */
const lastLive = async (client: Client, { flagKey }: FlagView): Promise<Order> => {
  let before: string | undefined;
  for (;;) {
    const { changes } = await client.get<ChangeHistory>(flagPath(flagKey, '/history'), { before, limit: PAGE });
    const found = changes.find(({ flagState, state }) => flagState === 'live' && state !== 'rolled-back');
    if (found !== undefined) return found.order;
    const last = changes.at(-1);
    if (last === undefined || changes.length < PAGE)
      throw new WrongUseError(`${flagKey} was never live`, `hoist history ${flagKey} lists what it was.`);
    before = orderText(last.order);
  }
};
