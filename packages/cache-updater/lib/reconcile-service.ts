import { isCanaryRevision, isShadow } from '@flaghoist/core/canary';
import { changeKeyOf } from '@flaghoist/core/envelope';
import { CacheRefusedError, isRetryable } from '@flaghoist/core/errors';
import { evaluatorOf, sameEvaluator } from '@flaghoist/core/evaluator';
import { instancesOf } from '@flaghoist/core/instance-claim';
import type { AcknowledgementLog } from '@flaghoist/core/ports/acknowledgement-log';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { LoadRequests } from '@flaghoist/core/ports/load-requests';
import type { CacheContents, Manifest, ServiceCache } from '@flaghoist/core/ports/service-cache';
import type { VerificationStore } from '@flaghoist/core/ports/verification-store';
import type { Topology } from '@flaghoist/core/topology';
import { type AcceptedFlagsPorts, type CurrentFlags, standingOf } from './accepted-flags.ts';
import { createAcknowledge } from './acknowledge.ts';
import { writeFor } from './cache-write.ts';
import { differenceOf } from './difference.ts';
import type { FlagMessage } from './message-reader.ts';
import { isUnexplained, type Unexplained } from './unexplained.ts';

/** How long the reconciler leaves a change to its own messages, from when it was expected (rule 12). */
export const SETTLE_MS = 20_000;
/** What is wrong with the canary's cache is for the checker to find; mended before its look it would be a fault that nobody found. */
const CANARY_SETTLE_MS = 60_000;

/** How long the note of a failed change counts. */
const NOTE_MS = 600_000;

export interface ReconcileServicePorts extends AcceptedFlagsPorts {
  cache: Pick<
    ServiceCache,
    'contents' | 'apply' | 'inspect' | 'redisOf' | 'instances' | 'forgetInstances' | 'writeManifest'
  >;
  verification: Pick<VerificationStore, 'refusalOf' | 'row' | 'recordFailure' | 'noteFailedWrites'>;
  loads: LoadRequests;
  acknowledgements: AcknowledgementLog;
  clock: Clock;
}

export interface ServiceReport {
  readonly repaired: readonly string[];
  /** Read, complete, and without any difference. */
  readonly clean: boolean;
  readonly reached: boolean;
  /** It was found on CURRENT of every flag, or was written there, and then seen there. */
  readonly well: boolean;
  readonly unexplained: readonly Unexplained[];
}

type Reachable = Extract<CacheContents, { reachable: true }>;

const UNTOUCHED = { repaired: [], clean: false, well: false, unexplained: [] };

/** What is the same for all caches of a run. */
interface Run {
  readonly currents: CurrentFlags;
  readonly topology: Topology;
  readonly digestOfBody: (body: string) => string | undefined;
}

/** Compares one cache with the region's replica and repairs it. One reconciler run uses it for all its services. */
export const createReconcileService = (ports: ReconcileServicePorts, { currents, topology, digestOfBody }: Run) => {
  const { keys, flags } = currents;
  const { region, cache, verification, loads, clock, log } = ports;
  const acknowledge = createAcknowledge(ports);
  const byKey = new Map(flags.map((flag) => [flag.envelope.flagKey, flag]));
  const repairable = new Map<string, Promise<boolean>>();

  const isSettled = async ({ envelope }: FlagMessage): Promise<boolean> => {
    // A region that joined later, or whose row has expired, has no row.
    const row = await verification.row(changeKeyOf(envelope));
    const settleMs = isCanaryRevision(envelope) ? CANARY_SETTLE_MS : SETTLE_MS;
    return clock.now() - (row?.expectedAt ?? envelope.at.accepted) >= settleMs;
  };

  /** Asked once per flag and run, and only for flags of which some cache differs. */
  const mayRepair = (flag: FlagMessage): Promise<boolean> => {
    const { flagKey } = flag.envelope;
    const asked =
      repairable.get(flagKey) ??
      isSettled(flag).then(async (settled) => settled && (await standingOf(ports, flag)) === 'accepted');
    repairable.set(flagKey, asked);
    return asked;
  };

  const repair = async (service: string, message: FlagMessage): Promise<boolean> => {
    const { outcome, held } = await cache.apply(service, writeFor(message, service, { repair: true }));
    acknowledge({ service, message, outcome, held });
    return outcome === 'repaired';
  };

  /** What was written and does not show: the note of a cache that fails lives as long as it does (rule 12). */
  const noteFailing = async (service: string, written: readonly FlagMessage[]): Promise<number> => {
    if (written.length === 0) return 0;
    const flagKeys = written.map(({ envelope }) => envelope.flagKey);
    const contents = (await cache.inspect([service], flagKeys)).get(service);
    if (!contents?.reachable) return written.length;
    const failing = written.filter(
      (flag) => differenceOf(flag, service, contents.flags.get(flag.envelope.flagKey), digestOfBody) !== null,
    );
    // The canary's cache is broken on purpose.
    if (isShadow(service)) return failing.length;
    // More would change nothing: two make it degraded.
    for (const { envelope } of failing.slice(0, 2)) {
      await verification.recordFailure(service, changeKeyOf(envelope), clock.now(), NOTE_MS);
    }
    if (failing.length > 0)
      log.error('cache does not keep what is written', { region, service, flags: failing.length });
    return failing.length;
  };

  const repairAll = async (service: string, contents: Reachable) => {
    const repaired: string[] = [];
    const written: FlagMessage[] = [];
    let differences = 0;
    for (const flag of flags) {
      const { flagKey } = flag.envelope;
      if (differenceOf(flag, service, contents.flags.get(flagKey), digestOfBody) === null) continue;
      differences += 1;
      if (!(await mayRepair(flag))) continue;
      if (await repair(service, flag)) repaired.push(flagKey);
      written.push(flag);
    }
    const failing = await noteFailing(service, written);
    return { repaired, differences, well: differences === written.length && failing === 0 };
  };

  const findUnexplained = async (service: string, contents: Reachable): Promise<Unexplained[]> => {
    const found: Unexplained[] = [];
    for (const [flagKey, cached] of contents.flags) {
      const current = byKey.get(flagKey);
      const seen = { flagKey, cached, current, hasCurrent: keys.has(flagKey), now: clock.now() };
      if (await isUnexplained(ports.flags, seen)) {
        found.push({ service, flagKey, heldOrder: cached.held?.order ?? null });
      }
    }
    return found;
  };

  /** Agents learn from the manifest by what they evaluate: it is written again when the topology names another evaluator. */
  const tellEvaluator = async (service: string, manifest: Manifest): Promise<void> => {
    const evaluator = evaluatorOf(topology);
    if (sameEvaluator(evaluatorOf(manifest), evaluator)) return;
    await cache.writeManifest(service, { ...manifest, topologyVersion: topology.version, evaluator });
    log.info('agents are told of another evaluator', { region, service, ...evaluator });
  };

  /** Claims prove nothing, so nothing comes of them but a line; rows that nobody writes any more are removed. */
  const lookAtInstances = async (service: string): Promise<void> => {
    const rows = (await cache.instances([service])).get(service);
    if (rows === undefined) return;
    const { alive, behind, gone } = instancesOf(rows, clock.now());
    if (behind.length > 0) {
      log.warn('instances are behind their cache', { region, service, alive, behind: behind.slice(0, 10) });
    }
    // Whoever takes no writes is named by what it does not take of the flags.
    if (gone.length > 0) await cache.forgetInstances(service, gone).catch(() => undefined);
  };

  const noteFailedWrite = (service: string, error: string | null): Promise<void> =>
    verification.noteFailedWrites({ redis: cache.redisOf(service), count: 1, error, at: clock.now() });

  const reconcile = async (service: string): Promise<ServiceReport> => {
    const contents = await cache.contents(service);
    if (!contents.reachable) {
      log.warn('cache out of reach', { region, service, refusal: contents.refusal });
      await noteFailedWrite(service, contents.refusal ?? null);
      return { ...UNTOUCHED, reached: false };
    }
    if (contents.manifest === null) {
      // Empty is not absent is not lost: only a full load says what belongs into it.
      log.warn('cache without a manifest, full load requested', { region, service });
      await loads.request(service);
      return { ...UNTOUCHED, reached: true };
    }
    await tellEvaluator(service, contents.manifest);
    const { repaired, differences, well } = await repairAll(service, contents);
    await lookAtInstances(service);
    const unexplained = await findUnexplained(service, contents);
    return { reached: true, repaired, clean: differences === 0 && unexplained.length === 0, well, unexplained };
  };

  return async (service: string): Promise<ServiceReport> => {
    try {
      return await reconcile(service);
    } catch (error) {
      if (!isRetryable(error)) throw error;
      // One cache may not keep the others from being mended; the next run comes in a minute.
      log.warn('cache not reconciled', { region, service, error });
      if (error instanceof CacheRefusedError) await noteFailedWrite(service, error.serverCode);
      return { ...UNTOUCHED, reached: false };
    }
  };
};
