import type { ChangeRecord } from '@flaghoist/core/change';
import { formatOrder, type Order, sameOrder } from '@flaghoist/core/order';
import type { Proof } from '@flaghoist/core/proof';

export const conditionTypes = ['Accepted', 'Published', 'Acknowledged', 'Verified', 'KnownGood'] as const;
export type ConditionType = (typeof conditionTypes)[number];

export interface Condition {
  readonly type: ConditionType;
  readonly status: 'True' | 'False' | 'Unknown';
  /** One word in CamelCase, for programs. */
  readonly reason: string;
  /** A sentence, for people. */
  readonly message: string;
  /** When it came to this status, as far as this server knows; epoch milliseconds. */
  readonly since: number;
  /** The order of the flag's CURRENT that this was said of. */
  readonly observedOrder: Order;
}

/** What was seen of a change in one region, beside its proof. */
export interface SeenInRegion {
  readonly region: string;
  /** How many caches must hold it. */
  readonly expected: number;
  /** How many have acknowledged it, by their lines. */
  readonly acknowledged: number;
  /** When all of them were seen holding it; `null` while they were not. Epoch milliseconds. */
  readonly seenAt: number | null;
  /** When the region's validator published it; `null` while nobody has heard so. */
  readonly publishedAt: number | null;
}

export interface ConditionFacts {
  readonly record: ChangeRecord;
  readonly proofs: readonly Proof[];
  /** KNOWN_GOOD of the flag. */
  readonly knownGood: Order | null;
  readonly current: Order;
  /** One for each region of the change. Empty: this server has not seen it on its way. */
  readonly seen: readonly SeenInRegion[];
}

type Said = Pick<Condition, 'status' | 'reason' | 'message' | 'since'>;

/** What is known of a change, in the form of Kubernetes' conditions. Pure. */
export const conditionsOf = (facts: ConditionFacts): readonly Condition[] => {
  const said: Readonly<Record<ConditionType, Said>> = {
    Accepted: accepted(facts),
    Published: published(facts),
    Acknowledged: acknowledged(facts),
    Verified: verified(facts),
    KnownGood: knownGood(facts),
  };
  return conditionTypes.map((type) => ({ type, ...said[type], observedOrder: facts.current }));
};

const accepted = ({ record }: ConditionFacts): Said => ({
  status: 'True',
  reason: 'RulesPassed',
  message: `Home accepted it as ${formatOrder(record.order)}.`,
  since: record.acceptedAt,
});

/** A region that has answered has published it, whether or not anybody heard so. */
const published = ({ record, proofs, seen }: ConditionFacts): Said => {
  const answered = new Map(proofs.map(({ region, seenAt }) => [region, seenAt]));
  const at = record.regions.map((region) => {
    const own = seen.find((each) => each.region === region);
    return own?.publishedAt ?? (own && own.acknowledged > 0 ? record.acceptedAt : undefined) ?? answered.get(region);
  });
  const missing = record.regions.filter((_, index) => at[index] === undefined);
  if (missing.length > 0 && record.state !== 'verified')
    return {
      status: 'Unknown',
      reason: 'RegionsNotHeard',
      message: `Nothing was heard yet of ${missing.join(', ')}.`,
      since: record.acceptedAt,
    };
  return {
    status: 'True',
    reason: 'AllRegions',
    message: `Published in ${record.regions.length} regions.`,
    since: Math.max(record.acceptedAt, ...at.map((each) => each ?? 0)),
  };
};

const acknowledged = ({ record, proofs, seen }: ConditionFacts): Said => {
  const proven = new Map(proofs.filter(({ verdict }) => verdict === 'consistent').map((p) => [p.region, p.seenAt]));
  const at = record.regions.map(
    (region) => seen.find((each) => each.region === region)?.seenAt ?? proven.get(region) ?? null,
  );
  const missing = record.regions.filter((_, index) => at[index] === null);
  if (missing.length === 0)
    return {
      status: 'True',
      reason: 'AllCachesSeen',
      message: 'Every expected cache was seen holding it.',
      since: Math.max(record.acceptedAt, ...at.map((each) => each ?? 0)),
    };
  const failing = proofs.find(({ verdict }) => verdict === 'inconsistent' || verdict === 'refusing');
  if (failing !== undefined)
    return {
      status: 'False',
      reason: failing.verdict === 'refusing' ? 'CacheRefuses' : 'CacheInconsistent',
      message: `${failing.region} names ${failing.services.join(', ') || 'itself'}.`,
      since: failing.seenAt,
    };
  const counts = seen.filter(({ region }) => record.regions.includes(region));
  const count = counts.reduce((sum, each) => sum + each.acknowledged, 0);
  const of = counts.reduce((sum, each) => sum + each.expected, 0);
  const progress = of === 0 ? '' : ` ${count} of ${of} caches have acknowledged it.`;
  return {
    status: 'Unknown',
    reason: 'CachesNotSeen',
    message: `Not all caches were seen yet in ${missing.join(', ')}.${progress}`,
    since: record.acceptedAt,
  };
};

const decided = ({ record }: ConditionFacts): number => record.decidedAt ?? record.acceptedAt;

const blameOf = ({ blame }: ChangeRecord): string =>
  blame === undefined ? '' : ` ${blame.region} names ${blame.services.join(', ') || 'itself'}.`;

const verified = (facts: ConditionFacts): Said => {
  const { record, proofs } = facts;
  const since = decided(facts);
  switch (record.state) {
    case 'verified':
      return { status: 'True', reason: 'ProvenEverywhere', message: 'All its regions have proven it.', since };
    case 'rolled-back':
      return {
        status: 'False',
        reason: 'RolledBack',
        message: `It was taken back${record.revertOrder ? ` by ${formatOrder(record.revertOrder)}` : ''}.${blameOf(record)}`,
        since,
      };
    case 'held':
      return {
        status: 'False',
        reason: 'Held',
        message: `A cache does not hold it, and it is kept (${record.holdReason ?? 'kind'}).${blameOf(record)}`,
        since,
      };
    case 'superseded':
      return {
        status: 'False',
        reason: 'Superseded',
        message: `A newer change had taken its place.${blameOf(record)}`,
        since,
      };
    case 'unverified':
      return {
        status: 'Unknown',
        reason: 'Unverified',
        message: `Not every region had answered in time: ${record.unverified?.silentRegions.join(', ') || 'see the proofs'}. It is verified once they do.`,
        since,
      };
    case 'accepted': {
      const proven = proofs.filter(({ verdict }) => verdict === 'consistent').length;
      return {
        status: 'Unknown',
        reason: 'Undecided',
        message: `${proven} of ${record.regions.length} regions have proven it.`,
        since: record.acceptedAt,
      };
    }
  }
};

const knownGood = (facts: ConditionFacts): Said => {
  const { record, knownGood: good } = facts;
  const since = decided(facts);
  if (good !== null && sameOrder(good, record.order))
    return { status: 'True', reason: 'NewestProven', message: 'A rollback would bring it back.', since };
  if (record.state === 'rolled-back')
    return { status: 'False', reason: 'RolledBack', message: 'It was taken back.', since };
  if (record.knownGood === true)
    return { status: 'False', reason: 'Outgrown', message: 'It was known good until a later one was.', since };
  if (record.state === 'accepted' || record.state === 'unverified')
    return {
      status: 'Unknown',
      reason: 'NotProven',
      message: 'It is known good once every region has proven it.',
      since: record.acceptedAt,
    };
  return { status: 'False', reason: 'NotProven', message: 'It did not become known good.', since };
};
