import type { ChangeRecord } from '@flaghoist/core/change';
import { acceptedEvent, decisionEvents, outcomeEvents, proposedEvent } from '@flaghoist/core/change-events';
import { parseEnvelope } from '@flaghoist/core/envelope';
import { InvalidInputError } from '@flaghoist/core/errors';
import type { FlaghoistEvent } from '@flaghoist/core/events';
import { formatOrder } from '@flaghoist/core/order';
import { proposedDigestOf } from '@flaghoist/core/proposal';
import { changeRecordOf, outcomeOf } from '@flaghoist/core/storage/change-items';
import { keyIn } from '@flaghoist/core/storage/found-item';
import { changeSk, flagPk } from '@flaghoist/core/storage/keys';
import { writtenProposalOf } from '@flaghoist/core/storage/proposal-items';
import type { FoundItem } from '@flaghoist/core/storage/write';
import { emitForeignItem } from './emit-foreign-item.ts';
import type { TellPorts } from './ports.ts';
import { readProposal } from './read-proposal.ts';

/*
 * The events of a change come from the streams of `proposals` and `changes`, never from whoever decided: what is in the
 * tables has its event, also after a crash.
 */

type Ports = Pick<TellPorts, 'region' | 'flags' | 'bus'>;

/**
 * A proposal that is new, or has another content; what is no proposal has its rejection only.
 *
 * @param writtenAt by the stream, whatever the proposal says; epoch milliseconds
 */
export const emitProposed = async (
  before: FoundItem | undefined,
  item: FoundItem,
  writtenAt: number,
  { region, bus }: Ports,
): Promise<void> => {
  const written = writtenProposalOf(item);
  if (before !== undefined && writtenProposalOf(before).text === written.text) return;
  const proposal = readProposal(written);
  if (proposal instanceof InvalidInputError) return;
  const { author, text } = written;
  const timed = { ...proposal, proposedAt: writtenAt };
  await bus.publish([proposedEvent(timed, { author, proposedDigest: proposedDigestOf(text ?? '') }, region)]);
};

/** @throws InvalidInputError for an item that is no outcome */
export const emitRefused = async (item: FoundItem, { region, bus }: Ports): Promise<void> => {
  const events = outcomeEvents(outcomeOf(item), region);
  if (events.length > 0) await bus.publish(events);
};

interface Written {
  readonly before: FoundItem | undefined;
  readonly item: FoundItem;
  readonly writtenAt: number;
}

/**
 * The events of a change's record: accepted when it appears, and each state it comes to afterwards. A record that was
 * rebuilt appears decided, and tells its decision too. What is not a record, or not that of a revision, is named and waited for
 * by nobody: acceptance writes both in one transaction. One that is written over it appears.
 */
export const emitDecision = async ({ before, item, writtenAt }: Written, ports: TellPorts): Promise<void> => {
  const record = readable(item);
  if (record instanceof InvalidInputError)
    return emitForeignItem({ table: 'changes', before, item, writtenAt, error: record }, ports);
  const was = before && readable(before);
  const known = was === undefined || was instanceof InvalidInputError || was.changeId !== record.changeId ? null : was;
  const accepted = known === null ? [await acceptanceOf(record, ports)] : [];
  if (accepted.includes(undefined)) {
    const error = '/record: names a revision that nobody accepted';
    return emitForeignItem({ table: 'changes', before, item, writtenAt, error }, ports);
  }
  const told = new Set(known === null ? [] : decisionEvents(known, ports.region).map(({ id }) => id));
  const events = [
    ...accepted.filter((event) => event !== undefined),
    ...decisionEvents(record, ports.region).filter(({ id }) => !told.has(id)),
  ];
  if (events.length > 0) await ports.bus.publish(events);
};

const readable = (item: FoundItem): ChangeRecord | InvalidInputError => {
  try {
    const record = changeRecordOf(item);
    const { pk, sk } = keyIn(item);
    if (pk === flagPk(record.flagKey) && sk === changeSk(record.order)) return record;
    const { flagKey, order } = record;
    return new InvalidInputError(
      `item ${pk}/${sk}`,
      [`/record: is that of ${flagKey} ${formatOrder(order)}`],
      'Only home writes it: find out who wrote this item, and remove it.',
    );
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
};

/** `undefined`: there is no such revision. */
const acceptanceOf = async (
  { flagKey, order, envelopeDigest }: ChangeRecord,
  { region, flags }: Ports,
): Promise<FlaghoistEvent | undefined> => {
  const stored = await flags.revision(flagKey, order);
  return stored?.envelopeDigest === envelopeDigest ? acceptedEvent(parseEnvelope(stored.body), region) : undefined;
};
