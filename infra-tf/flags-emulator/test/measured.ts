import { compareOrders, type Order } from '@flaghoist/core/order';
import { systemClock } from '@flaghoist/system/clock';
import { document, type Home } from './home.ts';
import { placesIn } from './topology.ts';
import type { World } from './world.ts';

/** Flags that take turns, so that no change waits for the look at the one before. */
const FLAGS = 4;
const PAUSE_MS = 5;

/** Milliseconds of one change. Acceptance and decision are when home wrote them, by its clock, which is this machine's. */
export interface Measured {
  readonly proposedToAccepted: number;
  readonly acceptedToLastCache: number;
  readonly acceptedToVerified: number;
}

const soon = async <Seen>(look: () => Promise<Seen | undefined>): Promise<Seen> => {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await systemClock.sleep(PAUSE_MS);
  }
};

/** One change after the other, of flags that every cache holds. The last cache is seen by looking, so late by a pause and a look. */
export const measure = async (world: World, home: Home, changes: number): Promise<readonly Measured[]> => {
  const byRegion = Map.groupBy(placesIn(world.topology), ({ region }) => region);
  const isIn = async (region: string, flagKey: string, order: Order): Promise<boolean> => {
    const services = (byRegion.get(region) ?? []).map(({ service }) => service);
    const contents = await world.caches[region]?.cache.inspect(services, [flagKey]);
    return services.every((service) => {
      const found = contents?.get(service);
      const held = found?.reachable === true ? found.flags.get(flagKey)?.held : undefined;
      return held != null && compareOrders(held.order, order) === 0;
    });
  };
  const isEverywhere = async (flagKey: string, order: Order): Promise<boolean> =>
    (await Promise.all([...byRegion.keys()].map((region) => isIn(region, flagKey, order)))).every(Boolean);
  const change = async (turn: number): Promise<Measured> => {
    const flagKey = `measured-${turn % FLAGS}`;
    const isNew = turn < FLAGS;
    const id = await home.propose(flagKey, isNew ? 'created' : 'updated', {
      ...(isNew ? {} : { document: document(Math.floor(turn / FLAGS) % 2 === 0 ? 'off' : 'on') }),
    });
    const outcome = await soon(() => home.changes.outcome(home.principal, id));
    if (outcome.outcome !== 'accepted') throw new Error(`${id} was not accepted: ${JSON.stringify(outcome)}`);
    const { order } = outcome;
    const [held, verified] = await Promise.all([
      soon(async () => ((await isEverywhere(flagKey, order)) ? systemClock.now() : undefined)),
      soon(async () => {
        const record = await home.changes.record(flagKey, order);
        return record?.state === 'verified' ? record.decidedAt : undefined;
      }),
    ]);
    const { proposed, accepted } = (await home.current(flagKey))?.at ?? { proposed: 0, accepted: 0 };
    return {
      proposedToAccepted: accepted - proposed,
      acceptedToLastCache: held - accepted,
      acceptedToVerified: verified - accepted,
    };
  };
  // The first of each flag finds functions that have not been called yet.
  for (let turn = 0; turn < 2 * FLAGS; turn += 1) await change(turn);
  const measured: Measured[] = [];
  for (let turn = 2 * FLAGS; measured.length < changes; turn += 1) measured.push(await change(turn));
  return measured;
};

const names: Readonly<Record<keyof Measured, string>> = {
  proposedToAccepted: 'proposed → accepted',
  acceptedToLastCache: 'accepted → last of all caches',
  acceptedToVerified: 'accepted → verified',
};

/** By nearest rank. */
const percentile = (sorted: readonly number[], of: number): number =>
  sorted[Math.max(0, Math.ceil((of / 100) * sorted.length) - 1)] ?? 0;

/** A row for each part of the way, in milliseconds. */
export const tableOf = (measured: readonly Measured[]): string =>
  [
    '| | p50 ms | p95 ms |',
    '| --- | ---: | ---: |',
    ...(Object.keys(names) as (keyof Measured)[]).map((part) => {
      const sorted = measured.map((each) => each[part]).sort((a, b) => a - b);
      return `| ${names[part]} | ${percentile(sorted, 50)} | ${percentile(sorted, 95)} |`;
    }),
  ].join('\n');

/** What stands beside the figures wherever they stand. */
export const WHAT_IS_MODELLED =
  'Real: the zips, the rules, Redis with TLS, IAM, every request signed and over HTTPS. Modelled, and mostly faster than AWS: replication, streams, SNS, SQS, EventBridge and Logs Insights answer within one process of this machine, without a network; a line can be queried as soon as it is written.';
