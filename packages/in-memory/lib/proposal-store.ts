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
import { Table, type TableOptions } from './table.ts';

/** The table `proposals` with its index. */
export const proposalsTable = (options: Omit<TableOptions, 'name' | 'indexed'>): Table =>
  new Table({ ...options, name: 'proposals', indexed: [PENDING] });

/** Home's side of `proposals`. */
export class InMemoryPendingProposals implements PendingProposals {
  readonly #proposals: Table;

  constructor(proposals: Table) {
    this.#proposals = proposals;
  }

  async *pending(): AsyncIterable<ProposalKey | StrayMark> {
    const byMark = (item: (typeof found)[number]): string => String(item[PENDING]);
    const found = this.#proposals.having(PENDING);
    for (const item of [...found].sort((a, b) => (byMark(a) < byMark(b) ? -1 : 1))) yield markedIn(item);
  }

  async dropMark(mark: StrayMark): Promise<void> {
    await this.#proposals.commit(unmarking(mark));
  }

  async proposal(key: ProposalKey): Promise<WrittenProposal | undefined> {
    const { pk, sk } = keyOfProposal(key);
    const item = this.#proposals.get(pk, sk);
    return item && writtenProposalOf(item);
  }

  async settle(proposal: WrittenProposal): Promise<void> {
    const write = settlement(proposal);
    if (write !== undefined) await this.#proposals.commit(write);
  }
}

interface Options {
  readonly proposals: Table;
  /** Who writes, such as `local:ada`. */
  readonly principal: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** What one author may do. */
export class InMemoryProposalStore implements ProposalStore {
  readonly #options: Options;
  readonly #stored: InMemoryPendingProposals;

  constructor(options: Options) {
    this.#options = options;
    this.#stored = new InMemoryPendingProposals(options.proposals);
  }

  propose(proposal: Proposal): Promise<Proposed> {
    const { principal, clock } = this.#options;
    return proposeTo(this.#access, proposal, { author: principal, now: clock.now() });
  }

  withdraw(changeId: string): Promise<Withdrawn> {
    const { principal, clock } = this.#options;
    return withdrawFrom(this.#access, { author: principal, changeId }, clock.now());
  }

  get #access() {
    return {
      write: async (write: Parameters<Table['write']>[0]) => this.#options.proposals.commit(write),
      read: (key: ProposalKey) => this.#stored.proposal(key),
    };
  }
}
