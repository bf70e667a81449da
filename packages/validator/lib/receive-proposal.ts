import { changeIdSchema } from '@flaghoist/core/envelope';
import { InvalidInputError } from '@flaghoist/core/errors';
import { parse } from '@flaghoist/core/parse';
import type { Proposal, Violation } from '@flaghoist/core/proposal';
import { isHome } from '@flaghoist/core/remember-home';
import { proposalOf } from '@flaghoist/core/storage/change-items';
import { keyIn } from '@flaghoist/core/storage/found-item';
import { CHANGE_PREFIX } from '@flaghoist/core/storage/keys';
import type { FoundItem } from '@flaghoist/core/storage/write';
import { inReportForm } from '@flaghoist/rules/violations';
import type { DynamoDBRecord } from 'aws-lambda';
import { acceptProposal } from './accept-proposal.ts';
import type { AcceptPorts } from './ports.ts';
import { keysOf } from './process-records.ts';

/**
 * Deals with an item that an author wrote. One that is no proposal gets its answer as well: it ends as rejected, with each
 * place that does not fit, and does not hold up those behind it.
 *
 * @returns the proposal, once it has an outcome; nothing where another region is home
 * @throws InvalidInputError when the item's key is not that of a proposal; UnavailableError while it cannot be judged
 */
export const receiveProposal = async (item: FoundItem, ports: AcceptPorts): Promise<Proposal | undefined> => {
  const changeId = changeIdOf(item);
  // Not lost: an author whose proposal has no outcome sends it to the region that is home.
  if (!(await isHome(ports.region, ports.home))) return undefined;
  const proposal = readProposal(item, changeId);
  if (proposal instanceof InvalidInputError) {
    const outcome = { outcome: 'rejected', changeId, flagKey: '', actor: '', at: ports.clock.now() } as const;
    await ports.changes.refuse({ ...outcome, violations: [...violationsOf(proposal)] });
    ports.log.warn('not a proposal', { changeId, error: proposal });
    return undefined;
  }
  await acceptProposal(proposal, ports);
  return proposal;
};

/** Proposals for one flag are dealt with in their order; those for different flags side by side. */
export const proposalLane = (record: DynamoDBRecord): string => {
  const image = record.dynamodb?.NewImage;
  const { pk } = keysOf(record);
  const text = image?.['proposal']?.S;
  // A cheap look, not a reading: whatever it finds, at worst two records share a lane that need not.
  return /"flagKey":"([^"]*)"/.exec(text ?? '')?.[1] ?? pk;
};

const changeIdOf = (item: FoundItem): string =>
  parse(changeIdSchema, keyIn(item).pk.slice(CHANGE_PREFIX.length), {
    what: 'key of a proposal',
    hint: 'Write a proposal under CHANGE#<change id>, as ChangeStore.propose does.',
  });

const readProposal = (item: FoundItem, changeId: string): Proposal | InvalidInputError => {
  try {
    const proposal = proposalOf(item);
    if (proposal.change.id === changeId) return proposal;
    return new InvalidInputError(
      'proposal',
      [`/change/id: is ${proposal.change.id}, but it was written under ${changeId}`],
      'Write a proposal under its own change id.',
    );
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
};

const violationsOf = ({ places, hint }: InvalidInputError): readonly Violation[] =>
  inReportForm(
    places.map((place) => {
      const [pointer = '', ...message] = place.startsWith('/') ? place.split(': ') : ['', place];
      return { ruleId: 'FH-PROPOSAL-01', severity: 'error', pointer, message: message.join(': '), hint };
    }),
  );
