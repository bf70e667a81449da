import { rememberHome } from '@flaghoist/core/remember-home';
import { CHANGE_PREFIX, CURRENT_SK, OUTCOME_SK, PROPOSAL_SK, REVISION_PREFIX } from '@flaghoist/core/storage/keys';
import { newItemOf, oldItemOf } from '@flaghoist/core/storage/stream';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { createCurrentCheck } from './check-current.ts';
import { checkRemoval } from './check-removal.ts';
import { createRevisionDistribution } from './distribute-revision.ts';
import { emitDecision, emitProposed, emitRefused } from './emit-change-events.ts';
import { createItemReader } from './flag-item.ts';
import type { AcceptPorts, DistributePorts } from './ports.ts';
import { keysOf, processRecords } from './process-records.ts';
import { createRegionPublisher } from './publish-in-region.ts';
import { proposalLane, receiveProposal } from './receive-proposal.ts';

export type StreamHandler = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;

/** Home, stream of `changes`: accepts proposals, and tells the bus what was proposed, accepted, refused and decided. */
export const createAcceptHandler = (given: AcceptPorts): StreamHandler => {
  const ports = { ...given, home: rememberHome(given.home, given.clock) };
  const handle = async (record: DynamoDBRecord): Promise<void> => {
    const item = newItemOf(record);
    if (item === undefined) return;
    const { sk } = keysOf(record);
    if (sk.startsWith(CHANGE_PREFIX)) return emitDecision(oldItemOf(record), item, ports);
    if (record.eventName !== 'INSERT') return;
    if (sk === OUTCOME_SK) return emitRefused(item, ports);
    if (sk !== PROPOSAL_SK) return;
    const proposal = await receiveProposal(item, ports);
    // Last: while the bus is down, flags can still be killed.
    if (proposal !== undefined) await emitProposed(proposal, ports);
  };
  return ({ Records }) => processRecords(Records, { laneOf: proposalLane, handle, log: ports.log });
};

/** Every region, stream of `flags`: expects, checks and publishes what home accepted. */
export const createDistributeHandler = (given: DistributePorts): StreamHandler => {
  const { read = createItemReader() } = given;
  const ports = { ...given, home: rememberHome(given.home, given.clock) };
  const publish = createRegionPublisher(ports);
  const distributeRevision = createRevisionDistribution({ ports, read, publish });
  const checkCurrent = createCurrentCheck({ ports, read, publish });
  const handle = async (record: DynamoDBRecord): Promise<void> => {
    const { pk, sk } = keysOf(record);
    const item = newItemOf(record);
    if (item === undefined) {
      if (sk === CURRENT_SK || sk.startsWith(REVISION_PREFIX)) await checkRemoval({ pk, sk }, ports);
    } else if (sk === CURRENT_SK) await checkCurrent(item);
    else if (sk.startsWith(REVISION_PREFIX)) await distributeRevision(item);
  };
  return ({ Records }) => processRecords(Records, { laneOf: (record) => keysOf(record).pk, handle, log: ports.log });
};
