import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Approval } from '@flaghoist/core/approval';
import type { ApprovalKey, ApprovalStore, FoundApproval, GivenApprovals } from '@flaghoist/core/ports/approval-store';
import type { WriteResult } from '@flaghoist/core/ports/change-store';
import type { Proposal } from '@flaghoist/core/proposal';
import {
  approvalKey,
  approvalWrite,
  draftKey,
  draftOf,
  draftWrite,
  foundApproval,
  givenKey,
  givenWrite,
  usedKey,
} from '@flaghoist/core/storage/approval-items';
import type { ItemWrite } from '@flaghoist/core/storage/write';
import { readItem, type TableAccess } from './dynamo-read.ts';
import { writeItem } from './dynamo-write.ts';

interface Options {
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly proposalsTable: string;
  readonly changesTable: string;
}

/** Home's side of approvals. */
export class DynamoGivenApprovals implements GivenApprovals {
  readonly #proposals: TableAccess;
  readonly #changes: TableAccess;

  constructor({ client, proposalsTable, changesTable }: Options) {
    this.#proposals = { client, table: proposalsTable };
    this.#changes = { client, table: changesTable };
  }

  async note(key: ApprovalKey, approval: Approval, at: number): Promise<WriteResult> {
    const what = `approval by ${key.principal}`;
    return (await writeItem(what, givenWrite(key, approval, at), this.#changes)).result;
  }

  async found(key: ApprovalKey): Promise<FoundApproval | undefined> {
    const [given, used] = await Promise.all([
      readItem(this.#changes, givenKey(key)),
      readItem(this.#changes, usedKey(key)),
    ]);
    const item = given === undefined ? await readItem(this.#proposals, approvalKey(key)) : undefined;
    return foundApproval({ given, used, item });
  }
}

/** What one principal may do with approvals and drafts in the table `proposals`. */
export class DynamoApprovalStore implements ApprovalStore {
  readonly #options: TableAccess & { readonly principal: string };

  /** @param options `principal` is who the client's credentials belong to: the only key that they may write */
  constructor(options: TableAccess & { readonly principal: string }) {
    this.#options = options;
  }

  approve(approval: Approval, actor?: string): Promise<'written' | 'exists'> {
    return this.#write('approval', approvalWrite(this.#options.principal, approval, actor));
  }

  draft(proposal: Proposal, environment: string): Promise<'written' | 'exists'> {
    return this.#write('draft', draftWrite(this.#options.principal, proposal, environment));
  }

  async drafted(author: string, proposalDigest: string, environment: string): Promise<Proposal | undefined> {
    const item = await readItem(this.#options, draftKey(author, proposalDigest));
    return item && draftOf(item, environment);
  }

  async #write(what: string, write: ItemWrite): Promise<'written' | 'exists'> {
    return (await writeItem(what, write, this.#options)).result === 'written' ? 'written' : 'exists';
  }
}
