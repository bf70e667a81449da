import { rememberHome } from '@flaghoist/core/remember-home';
import {
  APPROVER_PREFIX,
  CHANGE_PREFIX,
  CURRENT_SK,
  GIVEN_PREFIX,
  HOME,
  KNOWN_GOOD_SK,
  OUTCOME_PREFIX,
  PROPOSAL_PREFIX,
  REVISION_PREFIX,
  TOPOLOGY_PK,
} from '@flaghoist/core/storage/keys';
import { writtenProposalOf } from '@flaghoist/core/storage/proposal-items';
import { newItemOf, oldItemOf, writtenAtOf } from '@flaghoist/core/storage/stream';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { createCurrentCheck } from './check-current.ts';
import { checkRemoval } from './check-removal.ts';
import { adoptIfOlder, defendKnownGood, nameForeignRevision } from './defend-epoch.ts';
import { createRevisionDistribution } from './distribute-revision.ts';
import { emitDecision, emitProposed, emitRefused } from './emit-change-events.ts';
import { emitApproved, emitTampering } from './emit-identity-events.ts';
import { emitHomeMoved, emitTopologyPublished } from './emit-operations.ts';
import { type FastPath, startFastPath } from './fast-path.ts';
import { createItemReader } from './flag-item.ts';
import { glanceAt, killsFirst } from './kills-first.ts';
import { noteApproval } from './note-approval.ts';
import { noteOverwriting } from './note-overwriting.ts';
import type { AcceptHandlerPorts, DistributePorts, ResumePorts, TellPorts } from './ports.ts';
import { keysOf, processRecords } from './process-records.ts';
import { createRegionPublisher } from './publish-in-region.ts';
import { firstWrittenAt, proposalLane, receiveProposal } from './receive-proposal.ts';
import { createRulesReport } from './report-rules.ts';
import { createResume, type ResumeResult } from './resume.ts';

export type StreamHandler = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;

/** Home, stream of `proposals`: brings each to its outcome. It waits for no bus: that is what `tell` is for. */
export const createAcceptHandler = (given: AcceptHandlerPorts): StreamHandler => {
  const ports = { ...given, home: rememberHome(given.home, given.clock) };
  const handle = async (record: DynamoDBRecord, fastPath: FastPath): Promise<void> => {
    const item = newItemOf(record);
    if (item === undefined) return;
    const before = oldItemOf(record);
    if (before !== undefined) await noteOverwriting(before, item, writtenAtOf(record), ports);
    if (keysOf(record).pk.startsWith(APPROVER_PREFIX)) {
      await noteApproval(before, item, writtenAtOf(record), ports);
      return;
    }
    const written = writtenProposalOf(item);
    // What was written first is judged, from its own record; `tell` says that something was written over it. And one whose
    // mark alone was taken away has its outcome.
    const isFirst = before === undefined;
    if (!isFirst && (written.pending === null || writtenProposalOf(before).text !== written.text)) return;
    const heardAt = writtenAtOf(record);
    const writtenAt = isFirst ? heardAt : firstWrittenAt(written, heardAt);
    await receiveProposal(written, { writtenAt, isFirst }, { ...ports, fastPath, walk: null });
  };
  return async ({ Records }) => {
    const fastPath = startFastPath(ports);
    const { kills, others } = killsFirst(Records, glanceAtRecord);
    const response = await processRecords([...kills, ...others], {
      laneOf: proposalLane,
      handle: (record) => handle(record, fastPath),
      deadLetters: ports.deadLetters,
      log: ports.log,
    });
    await fastPath.settled();
    return response;
  };
};

const glanceAtRecord = ({ dynamodb }: DynamoDBRecord) => glanceAt(dynamodb?.NewImage?.['proposal']?.S ?? '');

export type ResumeHandler = (input: unknown) => Promise<ResumeResult>;

/** Home, every minute: takes up again whatever was left without an outcome, a decision or the right CURRENT. */
export const createResumeHandler = (given: ResumePorts): ResumeHandler => {
  return createResume({ ...given, home: rememberHome(given.home, given.clock) });
};

/** Home, streams of `proposals` and `changes`: tells the bus what was proposed, accepted, refused and decided. */
export const createTellHandler = (ports: TellPorts): StreamHandler => {
  const handle = async (record: DynamoDBRecord): Promise<void> => {
    const item = newItemOf(record);
    if (item === undefined) return;
    const { sk } = keysOf(record);
    if (sk.startsWith(OUTCOME_PREFIX)) return record.eventName === 'INSERT' ? emitRefused(item, ports) : undefined;
    if (sk.startsWith(GIVEN_PREFIX)) return emitApproved(item, ports);
    const [before, writtenAt] = [oldItemOf(record), writtenAtOf(record)];
    if (sk.startsWith(CHANGE_PREFIX)) return emitDecision({ before, item, writtenAt }, ports);
    if (before !== undefined) await emitTampering(before, item, writtenAt, ports);
    if (sk.startsWith(PROPOSAL_PREFIX)) await emitProposed(before, item, writtenAt, ports);
  };
  return ({ Records }) => processRecords(Records, { laneOf: (record) => keysOf(record).pk, handle, ...ports });
};

/** Every region, stream of `flags`: expects, checks and publishes what home accepted. */
export const createDistributeHandler = (given: DistributePorts): StreamHandler => {
  const { read = createItemReader() } = given;
  // The rules of a running function may become newer.
  const ports: DistributePorts = {
    ...given,
    home: rememberHome(given.home, given.clock),
    get rulesVersion() {
      return given.rulesVersion;
    },
  };
  const reportRules = createRulesReport(ports);
  const publish = createRegionPublisher(ports);
  const distributeRevision = createRevisionDistribution({ ports, read, publish });
  const checkCurrent = createCurrentCheck({ ports, read, publish });
  const handle = async (record: DynamoDBRecord): Promise<void> => {
    const { pk, sk } = keysOf(record);
    const item = newItemOf(record);
    if (item === undefined) {
      if (sk === CURRENT_SK || sk === KNOWN_GOOD_SK || sk.startsWith(REVISION_PREFIX))
        await checkRemoval({ pk, sk }, ports);
    } else if (pk === HOME.pk) await emitHomeMoved(oldItemOf(record), item, writtenAtOf(record), ports);
    else if (pk === TOPOLOGY_PK) await emitTopologyPublished(oldItemOf(record), item, writtenAtOf(record), ports);
    else if (sk === CURRENT_SK) await checkCurrent(item);
    else if (sk === KNOWN_GOOD_SK) await defendKnownGood(oldItemOf(record), item, writtenAtOf(record), ports);
    else if (sk.startsWith(REVISION_PREFIX)) {
      // It needs no bus: a kill of a former home that must be carried out again waits for none.
      await adoptIfOlder(item, read, ports);
      const written = { before: oldItemOf(record), item, writtenAt: writtenAtOf(record) };
      if (!(await nameForeignRevision(written, read, ports))) await distributeRevision(item);
    }
  };
  return async ({ Records }) => {
    await reportRules();
    return processRecords(Records, { laneOf: (record) => keysOf(record).pk, handle, ...ports });
  };
};
