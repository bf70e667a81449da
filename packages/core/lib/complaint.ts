import { type ChangeRecord, onInconsistent } from './change.ts';
import { isDegraded, isOldNews, type Proof, type RefusingCache } from './proof.ts';

/** An outage of a Redis that has taken a change back (rule 15). */
export interface Outage {
  readonly region: string;
  readonly redis: string;
  /** When it began, in the region's words, epoch milliseconds: its name. */
  readonly since: number;
}

/**
 * What is wrong with the caches of a complaint. `failed`: one answered, fails nothing else, and does not hold the change, or
 * the region refuses it. `refusing`: their servers refuse it. `degraded`: they fail other changes too.
 */
export const faults = ['failed', 'refusing', 'degraded'] as const;
export type Fault = (typeof faults)[number];

export interface Complaint {
  readonly region: string;
  readonly services: readonly string[];
  readonly fault: Fault;
}

export interface Complaining {
  readonly judged: ChangeRecord;
  readonly proofs: readonly Proof[];
  /** Regions that are leaving, or gone: no longer asked. */
  readonly excusedRegions: ReadonlySet<string>;
  /** Epoch milliseconds, taken when the proofs were read. */
  readonly now: number;
  /** Those on record, of the Redis that the proofs name. */
  readonly outages: readonly Outage[];
  /** The judged revision takes more room than the one that a revert would bring back. */
  readonly outgrows: boolean;
}

/** The look at which a cache that still refuses is judged: a failover is over by then. */
const JUDGED_LOOK = 3;

/**
 * The answer that decides, if any: one that finds fault, is not old news, and comes from a region that must prove the change.
 * A region that is leaving is not asked any more, so it does not take a change back either (rule 8). When several are on
 * record, the gravest goes first: the outcome must not depend on the order of the regions.
 */
export const complaintOf = (given: Complaining): Complaint | undefined => {
  const complaints = requiredProofs(given)
    .filter((proof) => !isOldNews(proof, given.now))
    .flatMap((proof) => complaintIn(proof, given));
  return faults.flatMap((fault) => complaints.filter((complaint) => complaint.fault === fault))[0];
};

/** The proofs of the regions that must prove the change. */
export const requiredProofs = ({
  judged,
  proofs,
  excusedRegions,
}: Pick<Complaining, 'judged' | 'proofs' | 'excusedRegions'>): readonly Proof[] =>
  proofs.filter(({ region }) => judged.regions.includes(region) && !excusedRegions.has(region));

const complaintIn = (proof: Proof, given: Complaining): readonly Complaint[] => {
  const { region } = proof;
  const isWrong = proof.verdict === 'inconsistent';
  const wrong = isWrong ? proof.services : [];
  const refusing = judgedRefusals(proof)
    .filter((cache) => mayBlame(cache, region, given))
    .map(({ service }) => service);
  const services = [...wrong, ...refusing];
  if (isWrong && !isDegraded(proof)) return [{ region, services, fault: 'failed' }];
  if (refusing.length > 0) return [{ region, services, fault: 'refusing' }];
  return isWrong ? [{ region, services, fault: 'degraded' }] : [];
};

const judgedRefusals = ({ look, refusing }: Proof): readonly RefusingCache[] => (look >= JUDGED_LOOK ? refusing : []);

/** A Redis that refuses takes back one change per outage; one that is full, each change that is larger than what it had. */
const mayBlame = (cache: RefusingCache, region: string, { judged, outages, outgrows }: Complaining): boolean => {
  if (onInconsistent[judged.kind] === 'hold') return true;
  if (isTooLarge(cache, outgrows)) return true;
  const last = outages.find((outage) => outage.region === region && outage.redis === cache.redis);
  // Without its beginning nobody can say that this is another outage.
  return last === undefined || (cache.outageSince !== null && cache.outageSince > last.since);
};

const isTooLarge = ({ error }: RefusingCache, outgrows: boolean): boolean => outgrows && error === OUT_OF_MEMORY;

const OUT_OF_MEMORY = 'OOM';

/** Every Redis that refused the change at the third look: its outage counts as having taken it back, whoever decided it. */
export const outagesOf = (proofs: readonly Proof[], outgrows: boolean): readonly Outage[] => {
  const outages = new Map<string, Outage>();
  for (const proof of proofs) {
    const { region, seenAt } = proof;
    for (const cache of judgedRefusals(proof)) {
      if (isTooLarge(cache, outgrows)) continue;
      const { redis, outageSince } = cache;
      outages.set(`${region}/${redis}`, { region, redis, since: outageSince ?? seenAt });
    }
  }
  return [...outages.values()];
};

/** Whether somebody says that memory is short: then sizes matter. */
export const isOutOfMemory = (proofs: readonly Proof[]): boolean =>
  proofs.some((proof) => judgedRefusals(proof).some(({ error }) => error === OUT_OF_MEMORY));

/** Those that have not taken a change back yet: what the transaction of a revert may still write, and only once. */
export const untaken = (outages: readonly Outage[], onRecord: readonly Outage[]): readonly Outage[] =>
  outages.filter(
    ({ region, redis, since }) =>
      !onRecord.some((last) => last.region === region && last.redis === redis && last.since >= since),
  );
