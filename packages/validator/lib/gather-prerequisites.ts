import type { Envelope } from '@flaghoist/core/envelope';
import { needsOf } from '@flaghoist/core/flag-facts';
import { sameOrder } from '@flaghoist/core/order';
import type { OtherFlags } from '@flaghoist/core/other-flags';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import { provenGood } from '@flaghoist/core/put-known-good-right';
import type { Facts } from '@flaghoist/rules/evidence';
import type { Policy } from '@flaghoist/rules/policy';
import { typeOfVariants } from '@flaghoist/rules/summary';

type Prerequisite = Facts['prerequisites'][number];
type Chain = ReadonlyMap<string, Envelope | null>;

interface Reads {
  readonly policy: Policy;
  readonly others: OtherFlags;
  /** Of this home. */
  readonly epoch: number;
  readonly flags: Pick<FlagStore, 'knownGood' | 'revision'>;
  readonly changes: Pick<ChangeStore, 'record' | 'recordsBefore' | 'proofs'>;
}

/** The flags that are named, with what each of them waits for itself. One that does not exist is left out. */
export const gatherPrerequisites = async (
  named: readonly string[],
  { policy, others, epoch: epochHere, flags, changes }: Reads,
): Promise<Prerequisite[]> => {
  const chain = await others.chain(named);
  const found = named.map((key) => chain.get(key) ?? null).filter((flag) => flag !== null);
  return Promise.all(
    found.map(async (flag) => {
      const { flagKey, epoch, revision, flagState, audience, document } = flag;
      const known = await provenGood(flagKey, { flags, changes }, epochHere);
      const proven = known !== undefined && sameOrder(known.order, flag);
      const type = typeOfVariants(document);
      const below = belowOf(flag, chain, policy.maxPrerequisiteDepth);
      return { flagKey, epoch, revision, flagState, audience, type, proven, ...below };
    }),
  );
};

/** One level further than a chain may be, so that a longer one is seen to be longer. A circle ends there as well. */
const belowOf = (flag: Envelope, chain: Chain, maxDepth: number): Pick<Prerequisite, 'requires' | 'depth'> => {
  const required = new Set<string>();
  let depth = 1;
  let level: readonly string[] = needsOf(flag);
  while (level.length > 0 && depth <= maxDepth) {
    for (const key of level) required.add(key);
    depth += 1;
    level = [...new Set(level.flatMap((key) => needsOf(chain.get(key) ?? null)))];
  }
  return { requires: [...required].sort(), depth };
};
