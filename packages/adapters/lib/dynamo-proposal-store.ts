import type { Clock } from '@flaghoist/core/ports/clock';
import type {
  PendingProposals,
  ProposalKey,
  ProposalStore,
  Proposed,
  StrayMark,
  Withdrawn,
  WrittenProposal,
} from '@flaghoist/core/ports/proposal-store';
import type { Proposal } from '@flaghoist/core/proposal';
import {
  keyOfProposal,
  markedIn,
  PENDING,
  proposeTo,
  settlement,
  unmarking,
  withdrawFrom,
  writtenProposalOf,
} from '@flaghoist/core/storage/proposal-items';
import type { ItemWrite } from '@flaghoist/core/storage/write';
import { indexedItems, readItem, type TableAccess } from './dynamo-read.ts';
import { writeItem } from './dynamo-write.ts';

/** Home's side of the table `proposals`. */
export class DynamoPendingProposals implements PendingProposals {
  readonly #access: TableAccess;

  constructor(access: TableAccess) {
    this.#access = access;
  }

  async *pending(): AsyncIterable<ProposalKey | StrayMark> {
    for await (const item of indexedItems(this.#access, PENDING)) yield markedIn(item);
  }

  async dropMark(mark: StrayMark): Promise<void> {
    await writeItem(`mark of ${mark.stray.pk}`, unmarking(mark), this.#access);
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
    return proposeTo(this.#access(proposal.change.id), proposal, { author: principal, now: clock.now() });
  }

  withdraw(changeId: string): Promise<Withdrawn> {
    const { principal, clock } = this.#options;
    return withdrawFrom(this.#access(changeId), { author: principal, changeId }, clock.now());
  }

  #access(changeId: string) {
    return {
      write: async (write: ItemWrite) =>
        (await writeItem(`proposal ${changeId}`, write, this.#options)).result === 'written',
      read: (key: ProposalKey) => this.#stored.proposal(key),
    };
  }
}
