import type { Trigger, Wiring } from '@flaghoist/wiring/shape';
import { type FunctionName, shippedWiring } from '@flaghoist/wiring/wiring';
import { assumptions, type LoadOptions } from './assumptions.ts';
import type { DeployedRegion, Deployment } from './deployment.ts';

/** How often something happens. */
export interface Rate {
  readonly idlePerSecond: number;
  readonly perSecond: number;
}

/** What happens in a region, on average. */
export interface RegionLoad {
  readonly region: string;
  readonly changesPerSecond: number;
  /** Services that a change concerns here. */
  readonly audience: number;
  /** Messages, records and runs that each function gets; in batches they are fewer invocations. */
  readonly events: ReadonlyMap<FunctionName, Rate>;
  readonly invocations: ReadonlyMap<FunctionName, number>;
  readonly regions: number;
  /** Events put on the region's bus, those that others pass on among them. */
  readonly busEvents: number;
  readonly flags: number;
}

const MINUTE = 60;
const DAY = 86_400;

const countedOf = (value: unknown, regions: number): number => {
  const { each = 0, perRegion = 0 } = (typeof value === 'object' ? value : {}) as { each?: number; perRegion?: number };
  return each + perRegion * regions;
};

const numberIn = (table: Readonly<Record<string, unknown>>, name: string): number => {
  const value = table[name];
  return typeof value === 'number' ? value : 0;
};

/** What a trigger brings to a function in a region. */
const rateOf = (
  wiring: Wiring,
  name: FunctionName,
  trigger: Trigger,
  here: {
    readonly region: DeployedRegion;
    readonly audience: number;
    readonly regions: number;
    readonly isActingHome: boolean;
  },
): { readonly idlePerSecond: number; readonly perChange: number } => {
  switch (trigger.kind) {
    case 'schedule': {
      const schedule = wiring.schedules[trigger.schedule];
      const runs = schedule?.scope === 'cell' ? here.region.cells : 1;
      return { idlePerSecond: runs / ((schedule?.everyMinutes ?? 1) * MINUTE), perChange: 0 };
    }
    case 'stream': {
      const elsewhere = wiring.tables[trigger.table]?.scope === 'home' && !here.isActingHome;
      return { idlePerSecond: 0, perChange: elsewhere ? 0 : numberIn(assumptions.recordsPerChange, trigger.table) };
    }
    case 'queue': {
      if (wiring.queues[trigger.queue]?.scope !== 'service') {
        return { idlePerSecond: 0, perChange: countedOf(assumptions.messagesPerChange[trigger.queue], here.regions) };
      }
      // What a schedule publishes reaches every service.
      const published = Object.values(wiring.schedules).filter(({ target }) => target !== undefined);
      const idle = published.reduce(
        (sum, { everyMinutes }) => sum + here.region.subscriptions / (everyMinutes * MINUTE),
        0,
      );
      return { idlePerSecond: idle, perChange: here.audience };
    }
    case 'rule':
      return { idlePerSecond: 0, perChange: 0 };
    case 'workflow':
      return { idlePerSecond: 0, perChange: assumptions.functions[name].perChange };
  }
};

/** Messages in an invocation: what waits is taken at once, but not before it is there. */
const batchOf = (perSecond: number, lanes: number, most: number): number =>
  Math.min(Math.max((perSecond / Math.max(lanes, 1)) * assumptions.queues.pollSeconds, 1), most);

const loadOf = (region: DeployedRegion, deployment: Deployment, options: LoadOptions): RegionLoad => {
  const wiring = shippedWiring();
  const regions = deployment.regions.length;
  const changesPerSecond = options.changesPerDay / DAY;
  const audience = Math.min(options.services ?? region.subscriptions, region.subscriptions);
  const here = { region, audience, regions, isActingHome: deployment.home === region.region };
  const events = new Map<FunctionName, Rate>();
  const invocations = new Map<FunctionName, number>();
  for (const name of new Set(region.functions.map((each) => each.name))) {
    let [idle, all, invoked] = [0, 0, 0];
    for (const trigger of wiring.functions[name]?.triggers ?? []) {
      const { idlePerSecond, perChange } = rateOf(wiring, name, trigger, here);
      const perSecond = idlePerSecond + perChange * changesPerSecond;
      const most = trigger.kind === 'queue' || trigger.kind === 'stream' ? trigger.batchSize : 1;
      const lanes =
        trigger.kind === 'queue' && wiring.queues[trigger.queue]?.scope === 'service' ? region.subscriptions : 1;
      idle += idlePerSecond;
      all += perSecond;
      invoked += perSecond / batchOf(perSecond, lanes, most);
    }
    events.set(name, { idlePerSecond: idle, perSecond: all });
    invocations.set(name, invoked);
  }
  const { home, region: own } = assumptions.eventsPerChange;
  const brought = region.isHome ? (regions - 1) * own : 0;
  const busEvents = changesPerSecond * (own + (here.isActingHome ? home : 0) + brought);
  return {
    region: region.region,
    changesPerSecond,
    audience,
    events,
    invocations,
    regions,
    busEvents,
    flags: options.flags ?? assumptions.flags.value,
  };
};

/** What happens in each region at so many changes a day, on average. */
export const loadsOf = (deployment: Deployment, options: LoadOptions): ReadonlyMap<string, RegionLoad> =>
  new Map(deployment.regions.map((region) => [region.region, loadOf(region, deployment, options)]));
