import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { sameOrder } from '@flaghoist/core/order';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { Facts } from '@flaghoist/rules/evidence';
import type { Policy } from '@flaghoist/rules/policy';
import { typeOfVariants } from '@flaghoist/rules/summary';

type Reads = Pick<FlagStore, 'newestRevision' | 'knownGood'>;
type Prerequisite = Facts['prerequisites'][number];

/** The flags that are named, with what each of them waits for itself. One that does not exist is left out. */
export const gatherPrerequisites = async (
  named: readonly string[],
  policy: Policy,
  flags: Reads,
): Promise<Prerequisite[]> => {
  // Several of them may wait for the same flag: each is read once.
  const read = new Map<string, Promise<Envelope | undefined>>();
  const newest = (key: string): Promise<Envelope | undefined> => {
    const found = read.get(key) ?? flags.newestRevision(key).then((stored) => stored && parseEnvelope(stored.body));
    read.set(key, found);
    return found;
  };
  const all = await Promise.all(
    named.map(async (key) => {
      const envelope = await newest(key);
      return envelope && prerequisiteOf(envelope, policy, newest, flags);
    }),
  );
  return all.filter((fact) => fact !== undefined);
};

const prerequisiteOf = async (
  envelope: Envelope,
  policy: Policy,
  newest: (key: string) => Promise<Envelope | undefined>,
  flags: Reads,
): Promise<Prerequisite> => {
  const { flagKey, epoch, revision, flagState, audience, document } = envelope;
  const required = new Set<string>();
  let depth = 1;
  let level: readonly string[] = requiredBy([envelope], policy);
  // One level further than a chain may be, so that a longer one is seen to be longer. A cycle ends there as well.
  while (level.length > 0 && depth <= policy.maxPrerequisiteDepth) {
    for (const key of level) required.add(key);
    depth += 1;
    const found = await Promise.all(level.map(newest));
    level = requiredBy(
      found.filter((one) => one !== undefined),
      policy,
    );
  }
  const known = await flags.knownGood(flagKey);
  const proven = known !== undefined && sameOrder(known.order, envelope);
  const type = typeOfVariants(document);
  return { flagKey, epoch, revision, flagState, audience, type, proven, requires: [...required].sort(), depth };
};

const requiredBy = (envelopes: readonly Envelope[], { maxPrerequisites }: Policy): readonly string[] => [
  ...new Set(envelopes.flatMap(({ prerequisites = [] }) => prerequisites.slice(0, maxPrerequisites))),
];
