import type { Approval } from '@flaghoist/core/approval';
import type {
  ApprovalKey,
  ApprovalStore,
  Approved,
  FoundApproval,
  GivenAgain,
  GivenApprovals,
} from '@flaghoist/core/ports/approval-store';
import type { WriteResult } from '@flaghoist/core/ports/change-store';
import type { Proposal } from '@flaghoist/core/proposal';
import {
  approvalKey,
  approveIn,
  draftKey,
  draftOf,
  draftWrite,
  foundApproval,
  givenAgainWrite,
  givenKey,
  givenWrite,
  usedKey,
} from '@flaghoist/core/storage/approval-items';
import type { ItemWrite, Key } from '@flaghoist/core/storage/write';
import type { Table } from './table.ts';

/** Home's side of approvals, on its two tables. */
export class InMemoryGivenApprovals implements GivenApprovals {
  readonly #tables: { readonly proposals: Table; readonly changes: Table };

  constructor(tables: { readonly proposals: Table; readonly changes: Table }) {
    this.#tables = tables;
  }

  async note(key: ApprovalKey, given: GivenAgain, notedAt: number): Promise<WriteResult> {
    const { changes } = this.#tables;
    if (await changes.commit(givenWrite(key, given, notedAt))) return 'written';
    const { pk, sk } = givenKey(key);
    const found = changes.get(pk, sk);
    const again = found && givenAgainWrite(found, key, given, notedAt);
    return again !== undefined && (await changes.commit(again)) ? 'written' : 'moved';
  }

  async found(key: ApprovalKey): Promise<FoundApproval | undefined> {
    const { proposals, changes } = this.#tables;
    const [lies, given, used] = [approvalKey(key), givenKey(key), usedKey(key)];
    return foundApproval({
      given: changes.get(given.pk, given.sk),
      used: changes.get(used.pk, used.sk),
      item: proposals.get(lies.pk, lies.sk),
    });
  }
}

/** What one principal may do with approvals and drafts. */
export class InMemoryApprovalStore implements ApprovalStore {
  readonly #options: { readonly proposals: Table; readonly principal: string };

  constructor(options: { readonly proposals: Table; readonly principal: string }) {
    this.#options = options;
  }

  async approve(approval: Approval, actor?: string): Promise<Approved> {
    const { proposals, principal } = this.#options;
    const table = {
      write: async (write: ItemWrite) => proposals.commit(write),
      read: async ({ pk, sk }: Key) => proposals.get(pk, sk),
    };
    return approveIn(table, { principal, approval, actor });
  }

  async draft(proposal: Proposal, environment: string): Promise<'written' | 'exists'> {
    const { proposals, principal } = this.#options;
    return (await proposals.commit(draftWrite(principal, proposal, environment))) ? 'written' : 'exists';
  }

  async drafted(author: string, proposalDigest: string, environment: string): Promise<Proposal | undefined> {
    const { pk, sk } = draftKey(author, proposalDigest);
    const item = this.#options.proposals.get(pk, sk);
    return item && draftOf(item, environment);
  }
}
