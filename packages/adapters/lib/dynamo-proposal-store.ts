import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Clock } from '@flaghoist/core/ports/clock';
import type {
  PendingProposals,
  ProposalKey,
  ProposalStore,
  Proposed,
  WrittenProposal,
} from '@flaghoist/core/ports/proposal-store';
import type { Proposal } from '@flaghoist/core/proposal';
import {
  keyOfProposal,
  PENDING,
  proposalKeyOf,
  proposeTo,
  settlement,
  writtenProposalOf,
} from '@flaghoist/core/storage/proposal-items';
import { itemOf } from '@flaghoist/core/storage/stream';
import type { FoundItem, ItemWrite } from '@flaghoist/core/storage/write';
import { callAws } from './aws-call.ts';
import type { DynamoItem } from './dynamo-attributes.ts';
import { readItem, type TableAccess } from './dynamo-read.ts';
import { writeItem } from './dynamo-write.ts';

/** The sparse index over the mark of a proposal without outcome; keys only. */
const PENDING_INDEX = 'pending';
/** What one call lists at most: a longer list means that nothing is judged at all, and the oldest are enough to go on with. */
const MAX_LISTED = 10_000;

/** Home's side of the table `proposals`. */
export class DynamoPendingProposals implements PendingProposals {
  readonly #access: TableAccess;

  constructor(access: TableAccess) {
    this.#access = access;
  }

  /** A scan: the index holds what has no outcome, and that is little. Its keys come in no order, so they are sorted here. */
  async *pending(): AsyncIterable<ProposalKey> {
    const { client, table } = this.#access;
    const found: FoundItem[] = [];
    let from: DynamoItem | undefined;
    do {
      const command = new ScanCommand({
        TableName: table,
        IndexName: PENDING_INDEX,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      });
      const { Items = [], LastEvaluatedKey } = await callAws(`table ${table}`, client.send(command));
      found.push(...Items.map(itemOf));
      from = LastEvaluatedKey;
    } while (from !== undefined && found.length < MAX_LISTED);
    const mark = (item: FoundItem): string => String(item[PENDING]);
    for (const item of found.sort((a, b) => (mark(a) < mark(b) ? -1 : 1))) yield proposalKeyOf(item);
  }

  async proposal(key: ProposalKey): Promise<WrittenProposal | undefined> {
    const item = await readItem(this.#access, keyOfProposal(key));
    return item && writtenProposalOf(item);
  }

  async settle(proposal: WrittenProposal): Promise<void> {
    const write = settlement(proposal);
    if (write !== undefined) await writeItem(`mark of proposal ${proposal.changeId}`, write, this.#access);
  }
}

interface Options extends TableAccess {
  /** Who the client's credentials belong to, as `aws sts get-caller-identity` says under UserId: the only key it may write. */
  readonly principal: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** What one author may do in the table `proposals`. */
export class DynamoProposalStore implements ProposalStore {
  readonly #options: Options;
  readonly #stored: DynamoPendingProposals;

  constructor(options: Options) {
    this.#options = options;
    this.#stored = new DynamoPendingProposals(options);
  }

  propose(proposal: Proposal): Promise<Proposed> {
    const { principal, clock } = this.#options;
    const access = {
      write: async (write: ItemWrite) =>
        (await writeItem(`proposal ${proposal.change.id}`, write, this.#options)).result === 'written',
      read: (key: ProposalKey) => this.#stored.proposal(key),
    };
    return proposeTo(access, proposal, { author: principal, now: clock.now() });
  }
}
