import type { ChangeKey, ChangeRecord, ChangeState } from '@flaghoist/core/change';
import type { Order } from '@flaghoist/core/order';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { Proof } from '@flaghoist/core/proof';
import { RefusedError } from './errors.ts';

export interface VerifyPorts {
  /** Home's. */
  readonly flags: Pick<FlagStore, 'current'>;
  readonly changes: Pick<ChangeStore, 'record' | 'proofs'>;
  /** Starts a region's verification. */
  readonly ask: (region: string, key: ChangeKey) => Promise<void>;
  readonly clock: Clock;
}

/** Which change: the one that a flag has now, or an earlier one. */
export interface Wanted {
  readonly flagKey: string;
  readonly order?: Order | undefined;
  /** How long it is followed. */
  readonly waitMs: number;
  /** Hears of each answer. */
  readonly onProof?: (proof: Proof) => void;
}

export interface Followed {
  readonly flagKey: string;
  readonly order: Order;
  readonly changeId: string;
  readonly state: ChangeState;
  /** Regions that were asked for a look now. */
  readonly asked: readonly string[];
  /** Those of them that could not be asked. */
  readonly unreachable: readonly string[];
  readonly proofs: readonly Proof[];
  /** Regions that have not proven it. */
  readonly unproven: readonly string[];
}

const POLL_MS = 1_000;
/** A change that ended unverified is verified by a later answer: it is followed like one that is undecided. */
const isOpen = (state: ChangeState): boolean => state === 'accepted' || state === 'unverified';

/**
 * Has every region look at once that has not proven a change, and follows the change to its verdict. What is decided is said, and
 * nobody is asked: a verdict is not taken back. A region that cannot be asked keeps none of the others from it.
 *
 * @throws RefusedError for a change that home does not have
 */
export const verifyChange = async (wanted: Wanted, ports: VerifyPorts): Promise<Followed> => {
  const { changes, ask, clock } = ports;
  const { waitMs, onProof = () => {} } = wanted;
  const order = wanted.order ?? (await ports.flags.current(wanted.flagKey))?.order;
  const first = order && (await changes.record(wanted.flagKey, order));
  if (order === undefined || first === undefined) throw unknownChange(wanted);

  const seen = new Set<string>();
  const proofsOf = async (record: ChangeRecord): Promise<readonly Proof[]> => {
    const proofs = await changes.proofs(record);
    for (const proof of proofs) {
      const mark = `${proof.region} ${proof.verdict} ${proof.seenAt}`;
      if (!seen.has(mark)) onProof(proof);
      seen.add(mark);
    }
    return proofs;
  };
  const unprovenBy = (record: ChangeRecord, proofs: readonly Proof[]): readonly string[] =>
    record.regions.filter(
      (region) => !proofs.some((proof) => proof.region === region && proof.verdict === 'consistent'),
    );

  const asked = isOpen(first.state) ? unprovenBy(first, await proofsOf(first)) : [];
  const answers = await Promise.allSettled(asked.map((region) => ask(region, keyOf(first))));
  const unreachable = asked.filter((_, index) => answers[index]?.status === 'rejected');
  const until = clock.now() + waitMs;
  let record = first;
  while (asked.length > 0 && isOpen(record.state) && clock.now() < until) {
    await clock.sleep(POLL_MS);
    await proofsOf(record);
    record = (await changes.record(wanted.flagKey, order)) ?? record;
  }
  const proofs = await proofsOf(record);
  const { state } = record;
  return { ...keyOf(record), state, asked, unreachable, proofs, unproven: unprovenBy(record, proofs) };
};

const keyOf = ({ changeId, flagKey, order }: ChangeKey): ChangeKey => ({ changeId, flagKey, order });

const unknownChange = ({ flagKey, order }: Wanted): RefusedError =>
  new RefusedError(
    'verification',
    [
      order === undefined
        ? `home has no change of ${flagKey}`
        : `home has no change ${order.epoch}.${order.revision} of ${flagKey}`,
    ],
    'Name the flag, or the flag and an order that was accepted: new-checkout@1.42. Is the deployment that of its environment?',
  );
