import { isShadow } from '@flaghoist/core/canary';
import type { Evaluator } from '@flaghoist/core/evaluator';
import { eventOf, type FlaghoistEvent } from '@flaghoist/core/events';
import { instancesWithout } from '@flaghoist/core/instance-claim';
import { recomputedDigest } from '@flaghoist/core/intact';
import { rememberByText } from '@flaghoist/core/remember';
import { servicesByCell } from '@flaghoist/core/topology';
import { readCurrents } from './accepted-flags.ts';
import { createEndOutages, type OutagePorts, type Pass } from './end-outages.ts';
import { createExpectMissing, type ExpectMissingPorts } from './expect-missing.ts';
import { createProveRows, type ProvePorts } from './prove-rows.ts';
import type { ReconcileInput } from './reconcile-input.ts';
import { createReconcileService, type ReconcileServicePorts } from './reconcile-service.ts';
import type { Unexplained } from './unexplained.ts';

export type ReconcilePorts = ReconcileServicePorts & ProvePorts & OutagePorts & ExpectMissingPorts;

export interface ReconcileResult {
  /** Caches that were read. */
  readonly checked: number;
  /** Fields that were written. */
  readonly repaired: number;
  /** Services whose caches showed no difference: what a joining service waits for. */
  readonly clean: readonly string[];
  /** Live fields that this region never accepted. */
  readonly unexplained: number;
  /** Where an evaluator was asked for. */
  readonly lacking?: Lacking;
}

/** Who cannot go over to an evaluator, as far as instances claim it. */
export interface Lacking {
  readonly instances: readonly { readonly service: string; readonly instance: string }[];
  /** Services whose caches do not say who is there. */
  readonly silent: readonly string[];
}

/** Flag keys in one event: an event has to stay well below 256 KiB. */
const KEYS_PER_EVENT = 500;
/** What a log line shows of what cannot be explained. */
const SHOWN = 20;

/** Compares all caches of a cell with the region's replica, repairs them, and proves what can be proven by now. */
export const createReconcileCell = (ports: ReconcilePorts) => {
  const { region, topology, bus, clock, log } = ports;
  const digestOfBody = rememberByText(recomputedDigest, { maxTexts: 8_000, maxCharacters: 32_000_000 });
  const expectMissing = createExpectMissing(ports);
  const proveRows = createProveRows(ports);
  const endOutages = createEndOutages(ports);

  const repairEvents = (service: string, flagKeys: readonly string[]): FlaghoistEvent[] => {
    const at = clock.now();
    const events: FlaghoistEvent[] = [];
    for (let from = 0; from < flagKeys.length; from += KEYS_PER_EVENT) {
      const part = flagKeys.slice(from, from + KEYS_PER_EVENT);
      const identity = [region, service, String(at), String(from)];
      const detail = { region, service, flagKeys: part };
      events.push(eventOf({ type: 'CacheRepaired', identity, region, at, detail }));
    }
    return events;
  };

  /** The services of a Redis, by the cells that have any on it. */
  const servedBy = (redis: string, cells: ReturnType<typeof servicesByCell>): Pass['serves'] =>
    new Map(
      [...cells]
        .map(
          ([cell, members]) =>
            [cell, members.map(({ name }) => name).filter((name) => ports.cache.redisOf(name) === redis)] as const,
        )
        .filter(([, names]) => names.length > 0),
    );

  const lackingOf = async (services: readonly string[], evaluator: Evaluator): Promise<Lacking> => {
    const claimed = await ports.cache.instances(services);
    const now = clock.now();
    return {
      instances: [...claimed].flatMap(([service, rows]) =>
        instancesWithout(rows, evaluator, now).map((instance) => ({ service, instance })),
      ),
      silent: services.filter((service) => !claimed.has(service)),
    };
  };

  const report = (unexplained: readonly Unexplained[]): void => {
    if (unexplained.length === 0) return;
    // A mistake of the canary waits in its cache for the next change, which may be late; who finds nothing of it says so.
    const isPlanted = unexplained.every(({ service }) => isShadow(service));
    log[isPlanted ? 'warn' : 'error']('caches hold what this region never accepted', {
      region,
      count: unexplained.length,
      fields: unexplained.slice(0, SHOWN),
    });
  };

  return async ({ cell, evaluator }: ReconcileInput): Promise<ReconcileResult> => {
    const startedAt = clock.now();
    const latest = await topology.latest();
    const cells = servicesByCell(latest);
    const services = cells.get(cell) ?? [];
    const passes = new Map<string, boolean>();
    const currents = await readCurrents(ports);
    const reconcile = createReconcileService(ports, { currents, topology: latest, digestOfBody });
    const clean: string[] = [];
    const unexplained: Unexplained[] = [];
    const repairs: FlaghoistEvent[] = [];
    let checked = 0;
    let repaired = 0;
    for (const { name } of services) {
      const seen = await reconcile(name);
      if (seen.reached) checked += 1;
      if (seen.clean) clean.push(name);
      const redis = ports.cache.redisOf(name);
      passes.set(redis, seen.well && (passes.get(redis) ?? true));
      repaired += seen.repaired.length;
      unexplained.push(...seen.unexplained);
      repairs.push(...repairEvents(name, seen.repaired));
    }
    report(unexplained);
    await expectMissing(currents.flags);
    // From here on the bus is needed: while it is down, caches and rows are mended all the same.
    if (repairs.length > 0) await bus.publish(repairs);
    for (const [redis, well] of passes) {
      await endOutages({ redis, cell, serves: servedBy(redis, cells), well, startedAt });
    }
    await proveRows();
    const result = { checked, repaired, clean, unexplained: unexplained.length };
    if (evaluator === undefined) return result;
    const names = services.map(({ name }) => name);
    return { ...result, lacking: await lackingOf(names, evaluator) };
  };
};
