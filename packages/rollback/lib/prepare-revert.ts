import type { ChangeRecord } from '@flaghoist/core/change';
import type { Proof } from '@flaghoist/core/decision';
import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { isRetryable, UnavailableError } from '@flaghoist/core/errors';
import { formatOrder } from '@flaghoist/core/order';
import { buildRevert } from '@flaghoist/core/revision';
import { refuses } from '@flaghoist/rules/run-rules';
import { validateStanding } from '@flaghoist/rules/standing';
import type { RollbackPorts } from './ports.ts';

interface RevertOrder {
  readonly judged: ChangeRecord;
  /** `null`: there is nothing to go back to, the flag becomes a tombstone. */
  readonly target: ChangeRecord | null;
  readonly blame: Proof;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * The revision that takes a change back, or `undefined` when nothing sound can be built: its source is not readable, or
 * what it would bring back no longer meets the standing rules. Trying again would not help, so that is logged, not thrown.
 *
 * @throws UnavailableError when a revision is not there, or this home is of an older epoch
 */
export const prepareRevert = async (order: RevertOrder, ports: RollbackPorts): Promise<Envelope | undefined> => {
  const { flagKey, changeId } = order.judged;
  try {
    const revert = await build(order, ports);
    const validation = validateStanding(revert);
    if (!refuses(validation)) return revert;
    const ruleIds = validation.violations.map(({ ruleId }) => ruleId);
    ports.log.error('revert refused by the standing rules', { flagKey, changeId, ruleIds });
  } catch (error) {
    if (isRetryable(error)) throw error;
    ports.log.error('revert cannot be built', { flagKey, changeId, error });
  }
  return undefined;
};

const build = async ({ judged, target, blame, now }: RevertOrder, ports: RollbackPorts): Promise<Envelope> => {
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
  return buildRevert({
    judged: judgedEnvelope,
    target: targetEnvelope,
    epoch,
    // That under which its content was accepted: a rule that came later does not refuse the rescue, and a region whose
    // rules are older than home's does not wait for its update before it lets it pass.
    rulesVersion: (targetEnvelope ?? judgedEnvelope).rulesVersion,
    topology,
    now,
    reason: reasonFor(judged, blame),
  });
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

const reasonFor = ({ order }: ChangeRecord, { region, services }: Proof): string => {
  const more = services.length - NAMED_SERVICES;
  const named = services.slice(0, NAMED_SERVICES).join(', ') + (more > 0 ? ` and ${more} more` : '');
  return `${named === '' ? 'the rules' : named} in ${region} did not hold ${formatOrder(order)}`;
};
