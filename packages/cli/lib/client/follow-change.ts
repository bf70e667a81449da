import type { ChangeView } from '@flaghoist/control-plane/views/schemas';
import type { Order } from '@flaghoist/core/order';
import type { Output } from '../output.ts';
import type { Client, EventStream } from './client.ts';
import { lasting, REOPENED_MS } from './lasting.ts';
import { orderText } from './order-text.ts';
import { flagPath } from './paths.ts';
import { progressLines } from './progress-lines.ts';

/** How far a command waits for a change. */
export const goals = ['accepted', 'acknowledged', 'verified'] as const;
export type Goal = (typeof goals)[number];

interface Followed {
  readonly flagKey: string;
  readonly order: Order;
  readonly goal: Goal;
}

/** What tells that a look at the change is worth it. */
export const tellTypes = [
  'ChangeAcknowledged',
  'ChangeVerified',
  'ChangeRolledBack',
  'ChangeHeld',
  'ChangeSuperseded',
  'ChangeUnverified',
].join(',');

export const isReached = ({ state, conditions }: ChangeView, goal: Goal): boolean => {
  if (goal === 'accepted' || state !== 'accepted') return true;
  return goal === 'acknowledged' && conditions.some((each) => each.type === 'Acknowledged' && each.status === 'True');
};

/**
 * Waits until a change has come as far as asked, or has ended. Draws how many caches of each region hold it, where somebody
 * looks. A stream that breaks is opened again, also when the server has to be started for that; the change is read anew then, so
 * nothing is missed.
 *
 * @param stream of the change, opened before it was proposed; left out: it is opened now
 * @throws UnavailableError when the server stays away: the change goes on without it
 */
export const followChange = async (
  client: Client,
  { flagKey, order, goal }: Followed,
  output: Output,
  stream?: EventStream,
): Promise<ChangeView> => {
  const hint = `The change is accepted, and home goes on with it. Once the server is there again, hoist wait ${flagKey} --order ${orderText(order)} tells what became of it.`;
  const look = (): Promise<ChangeView> =>
    lasting(() => client.get(flagPath(flagKey, `/changes/${orderText(order)}`)), { client, output, hint });
  const query = { flagKey, types: `${tellTypes},reset`, progress: true };
  // By the server's clock alone: the one here may differ.
  let since = 0;
  const draw = (progress: ChangeView['progress'], now: number): void =>
    output.redraw(progressLines(progress, { since, now, colours: output.colours }));
  let open = stream;
  try {
    for (;;) {
      open ??= await lasting(() => client.stream(query), { client, output, hint });
      const change = await look();
      since = change.acceptedAt;
      if (isReached(change, goal)) {
        if (goal !== 'accepted') draw(change.progress, lastOf(change, since));
        output.settle();
        return change;
      }
      for await (const { name, data } of open.events) {
        if (name === 'progress') {
          const { regions, at, order: its } = data as { regions: ChangeView['progress']; at: number; order: Order };
          if (orderText(its) === orderText(order)) draw(regions, at);
          continue;
        }
        if (!tellTypes.includes(name)) continue;
        const seen = await look();
        if (!isReached(seen, goal)) continue;
        draw(seen.progress, lastOf(seen, since));
        output.settle();
        return seen;
      }
      open.close();
      open = undefined;
      await client.pause(REOPENED_MS);
    }
  } finally {
    open?.close();
  }
};

const lastOf = ({ progress }: ChangeView, since: number): number =>
  Math.max(since, ...progress.map(({ seenAt }) => seenAt ?? 0));
