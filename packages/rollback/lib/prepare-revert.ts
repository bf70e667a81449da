import { createWalk } from '@flaghoist/core/all-flags';
import type { ChangeRecord, Need } from '@flaghoist/core/change';
import type { Complaint } from '@flaghoist/core/complaint';
import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { isRetryable, UnavailableError } from '@flaghoist/core/errors';
import { type FactsChange, factsItems, MAX_FACTS_ITEMS } from '@flaghoist/core/facts';
import { formatOrder } from '@flaghoist/core/order';
import { lookAtOthers } from '@flaghoist/core/other-flags';
import { buildRevert } from '@flaghoist/core/revision';
import { unmetNeeds } from '@flaghoist/core/unmet-needs';
import { refuses } from '@flaghoist/rules/run-rules';
import { validateStanding } from '@flaghoist/rules/standing';
import type { RollbackPorts } from './ports.ts';

/** A look through all flags, which only a move of home makes necessary, has so long: the function has 10 s. */
const LOOK_MS = 5_000;

interface RevertOrder {
  readonly judged: ChangeRecord;
  /** `null`: there is nothing to go back to, the flag becomes a tombstone. */
  readonly target: ChangeRecord | null;
  readonly blame: Complaint;
  /** Epoch milliseconds. */
  readonly now: number;
  /** When the caches were seen whose answer decides. */
  readonly answeredAt: number;
}

/** A revert that can be written, what it relies on of other flags, and those that it would leave without what they need. */
export interface PreparedRevert {
  readonly revert: Envelope;
  readonly facts: FactsChange;
  readonly needs: readonly Need[];
}

/**
 * The revision that takes a change back, or `undefined` when nothing sound can be built: its source is not readable, what it
 * would bring back no longer meets the standing rules, too many other flags have to do with it, or there are too many to be
 * looked through. Trying again would not help, so that is logged, not thrown.
 *
 * @throws UnavailableError when a revision is not there, or this home is of an older epoch
 */
export const prepareRevert = async (order: RevertOrder, ports: RollbackPorts): Promise<PreparedRevert | undefined> => {
  const { flagKey, changeId } = order.judged;
  const refused = (why: string, fields: object): undefined => {
    ports.log.error(why, { flagKey, changeId, ...fields });
    return undefined;
  };
  const endsAt = ports.clock.now() + LOOK_MS;
  let isLate = false;
  const isLeft = (): boolean => {
    isLate = ports.clock.now() >= endsAt;
    return !isLate;
  };
  try {
    const { judged, revert } = await build(order, ports);
    const validation = validateStanding(revert);
    const ruleIds = validation.violations.map(({ ruleId }) => ruleId);
    if (refuses(validation)) return refused('revert refused by the standing rules', { ruleIds });
    const others = lookAtOthers({
      flags: ports.flags,
      changes: ports.changes,
      home: ports.home,
      epoch: revert.epoch,
      walk: createWalk({ flags: ports.flags, isLeft }),
      log: ports.log,
    });
    const move = { flagKey, before: judged, after: revert };
    const needs = await unmetNeeds(move, others);
    const facts = await others.change(move);
    if (needs.length === 0 && factsItems(facts) > MAX_FACTS_ITEMS)
      return refused('revert depends on more facts about other flags than a transaction checks', {
        items: factsItems(facts),
        most: MAX_FACTS_ITEMS,
      });
    return { revert, facts, needs };
  } catch (error) {
    if (isLate) return refused('revert would look through more flags than there is time for', { error });
    if (isRetryable(error)) throw error;
    return refused('revert cannot be built', { error });
  }
};

const build = async (
  { judged, target, blame, now, answeredAt }: RevertOrder,
  ports: RollbackPorts,
): Promise<{ judged: Envelope; revert: Envelope }> => {
  const { epoch } = await ports.home.home();
  if (judged.order.epoch > epoch)
    throw new UnavailableError(
      `epoch ${judged.order.epoch} of ${judged.flagKey}`,
      `This function still decides for epoch ${epoch}: another region is home now, and the item HOME is on its way.`,
    );
  const [judgedEnvelope, targetEnvelope, topology] = await Promise.all([
    readRevision(judged, ports),
    target === null ? null : readRevision(target, ports),
    ports.topology.latest(),
  ]);
  const revert = buildRevert({
    judged: judgedEnvelope,
    target: targetEnvelope,
    epoch,
    // That under which its content was accepted: a rule that came later does not refuse the rescue, and a region whose
    // rules are older than home's does not wait for its update before it lets it pass.
    rulesVersion: (targetEnvelope ?? judgedEnvelope).rulesVersion,
    topology,
    now,
    answeredAt,
    reason: reasonFor(judged, blame),
  });
  return { judged: judgedEnvelope, revert };
};

/** @throws UnavailableError when there is no such revision; InvalidInputError, DigestMismatchError when it was altered */
export const readRevision = async (
  { flagKey, order }: Pick<ChangeRecord, 'flagKey' | 'order'>,
  { flags }: Pick<RollbackPorts, 'flags'>,
): Promise<Envelope> => {
  const stored = await flags.revision(flagKey, order);
  if (stored === undefined)
    throw new UnavailableError(
      `revision ${formatOrder(order)} of ${flagKey}`,
      'Revisions are never removed; restore it.',
    );
  return parseEnvelope(stored.body);
};

const NAMED_SERVICES = 3;

const reasonFor = ({ order }: ChangeRecord, { region, services }: Complaint): string => {
  const more = services.length - NAMED_SERVICES;
  const named = services.slice(0, NAMED_SERVICES).join(', ') + (more > 0 ? ` and ${more} more` : '');
  return `${named === '' ? 'the rules' : named} in ${region} did not hold ${formatOrder(order)}`;
};
