import type { ImportedFlag } from '@flaghoist/control-plane/views/import-schema';
import type { ChangeView } from '@flaghoist/control-plane/views/schemas';
import type { Client } from '../client/client.ts';
import { type Goal, isReached, tellTypes } from '../client/follow-change.ts';
import { lasting, REOPENED_MS } from '../client/lasting.ts';
import { orderText } from '../client/order-text.ts';
import { flagPath } from '../client/paths.ts';
import type { Output } from '../output.ts';

/** Of so many changes the one that is told. */
const TOLD = 100;

/**
 * Waits until each accepted flag has come as far as asked, or has ended. One stream for all of them; when it breaks all that are
 * open are looked at anew, so nothing is missed.
 */
export const settle = async (
  client: Client,
  flags: readonly ImportedFlag[],
  goal: Goal,
  output: Output,
): Promise<readonly ChangeView[]> => {
  const open = new Map<string, string>();
  for (const { flagKey, state, order } of flags)
    if (state === 'accepted' && order !== null) open.set(flagKey, flagPath(flagKey, `/changes/${orderText(order)}`));
  const all = open.size;
  const ended: ChangeView[] = [];
  const hint = 'The changes are accepted, and home goes on with them: hoist list shows what became of each.';
  const look = async (flagKey: string): Promise<void> => {
    const path = open.get(flagKey);
    if (path === undefined) return;
    const change = await lasting(() => client.get<ChangeView>(path), { client, output, hint });
    if (!isReached(change, goal)) return;
    open.delete(flagKey);
    ended.push(change);
    if (ended.length % TOLD === 0) output.progress(`${ended.length} of ${all} changes`);
  };
  while (open.size > 0) {
    const stream = await lasting(() => client.stream({ types: `${tellTypes},reset` }), { client, output, hint });
    try {
      for (const flagKey of [...open.keys()]) await look(flagKey);
      if (open.size === 0) break;
      for await (const { name, data } of stream.events) {
        if (!tellTypes.includes(name)) continue;
        await look((data as { detail: { flagKey: string } }).detail.flagKey);
        if (open.size === 0) break;
      }
    } finally {
      stream.close();
    }
    if (open.size > 0) await client.pause(REOPENED_MS);
  }
  return ended;
};
