import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CANARY_FLAG, SHADOW_SERVICE } from '@flaghoist/core/canary';
import type { ChangeRecord } from '@flaghoist/core/change';
import { compareOrders, type Order } from '@flaghoist/core/order';
import { servingRegions } from '@flaghoist/core/topology';
import { ownChanges, shownBy } from '@flaghoist/operations/canary/history';
import { plantedIn } from '@flaghoist/operations/canary/next-proposal';
import { systemClock } from '@flaghoist/system/clock';
import type { Home } from './home.ts';
import { eventually } from './patience.ts';
import { revertOf } from './scenarios.ts';
import { home as homeRegion } from './topology.ts';
import type { World } from './world.ts';

type Line = Readonly<Record<string, unknown>>;

/**
 * The function of the canary runs, by its schedule and as often as it is called here, until what it planted was found in each
 * region that serves. Whoever is first makes the next change; another run ends as a conflict, or waits.
 */
export const canaryFinds = async (world: World, home: Home) => {
  const ends: string[] = [];
  /** A run that ends anywhere is made good by the next one, as on the schedule; how it ended is told if nothing is found. */
  const run = () => home.call('canary.run', {}).catch((error: unknown) => void ends.push(String(error)));
  const regions = [...servingRegions(world.topology)].sort();
  const newest = async (): Promise<ChangeRecord | undefined> => {
    const current = await home.flags.current(CANARY_FLAG);
    return current && (await ownChanges(current, home.changes, 1))[0];
  };
  /** Changes the flag, and waits for how that ends. */
  const change = async (before: string): Promise<ChangeRecord> => {
    await run();
    return eventually(
      `a change of the canary after ${before}`,
      async () => {
        const record = await newest();
        return record?.changeId !== before && record?.state !== 'accepted' ? record : undefined;
      },
      newest,
    );
  };
  const found = new Map<string, ChangeRecord>();
  const holdRevert = new Map<string, readonly string[]>();
  let before = '';
  // On a machine that is too slow for the canary a mistake is missed, and each region has its turn again.
  await eventually(
    `what the canary planted is found in each of ${regions}`,
    async () => {
      const record = await change(before);
      before = record.changeId;
      ends.push(`${record.changeId} ${record.state}`);
      const region = plantedIn(record.changeId);
      if (region !== null && shownBy(record, systemClock.now()) === 'found') {
        found.set(region, record);
        holdRevert.set(region, await takenBy(world, home, { regions, order: revertOf(record) }));
      }
      return found.size === regions.length ? true : undefined;
    },
    () => ends,
  );
  // The next run says what came of the change before.
  await run();
  const finds = regions.map(async (region) => {
    const record = found.get(region);
    if (record === undefined) throw new Error(`nothing was planted in ${region}`);
    const lines = await eventually(`lines of ${record.changeId}`, () => linesOf(world, record.changeId));
    return { region, record, holdRevert: holdRevert.get(region), ...lines };
  });
  return { regions, finds: await Promise.all(finds) };
};

interface Revert {
  readonly regions: readonly string[];
  readonly order: Order;
}

/** Waits until the canary's caches hold a revert, or what has come after it. @returns which do */
const takenBy = ({ caches }: World, home: Home, { regions, order }: Revert): Promise<readonly string[]> => {
  const holds = async (region: string): Promise<boolean> => {
    const found = (await caches[region]?.cache.inspect([SHADOW_SERVICE], [CANARY_FLAG]))?.get(SHADOW_SERVICE);
    const held = found?.reachable === true ? found.flags.get(CANARY_FLAG)?.held : undefined;
    if (held == null || compareOrders(held.order, order) < 0) return false;
    return held.digest === (await home.flags.revision(CANARY_FLAG, held.order))?.envelopeDigest;
  };
  const holding = async (): Promise<readonly string[]> => {
    const each = await Promise.all(regions.map(holds));
    return regions.filter((_region, place) => each[place]).map((region) => `${region} ${SHADOW_SERVICE}`);
  };
  return eventually(
    `the revert ${order.epoch}.${order.revision} in the caches of the canary`,
    async () => {
      const all = await holding();
      return all.length === regions.length ? all : undefined;
    },
    holding,
  );
};

/** What a run of the canary has said of a change that was found, and what it has measured. */
const linesOf = async (
  { outputs }: World,
  changeId: string,
): Promise<{ readonly said: Line; readonly measured: Line } | undefined> => {
  const logGroupName = outputs.functions[homeRegion]?.['canary.run']?.log_group;
  const asked = { logGroupName, filterPattern: `"${changeId}"` };
  const { events = [] } = await new CloudWatchLogsClient({ region: homeRegion }).send(
    new FilterLogEventsCommand(asked),
  );
  const lines = events.map(({ message = '' }): Line => JSON.parse(message));
  const said = lines.find(({ message }) => message === 'canary found and taken back');
  const measured = lines.find((line) => line['CanaryDetection'] !== undefined);
  return said && measured && { said, measured };
};
