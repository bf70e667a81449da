import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
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

  async note(key: ApprovalKey, given: GivenAgain, notedAt: number): Promise<WriteResult> {
    const what = `approval by ${key.principal}`;
    const first = await writeItem(what, givenWrite(key, given, notedAt), this.#changes);
    if (first.result === 'written') return 'written';
    const found = await readItem(this.#changes, givenKey(key));
    const again = found && givenAgainWrite(found, key, given, notedAt);
    return again === undefined ? 'moved' : (await writeItem(what, again, this.#changes)).result;
  }

  async found(key: ApprovalKey): Promise<FoundApproval | undefined> {
    const [given, used, item] = await Promise.all([
      readItem(this.#changes, givenKey(key)),
      readItem(this.#changes, usedKey(key)),
      readItem(this.#proposals, approvalKey(key)),
    ]);
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

  approve(approval: Approval, actor?: string): Promise<Approved> {
    const { principal } = this.#options;
    const table = {
      write: (write: ItemWrite) => this.#write('approval', write),
      read: (key: Key) => readItem(this.#options, key),
    };
    return approveIn(table, { principal, approval, actor });
  }

  async draft(proposal: Proposal, environment: string): Promise<'written' | 'exists'> {
    const write = draftWrite(this.#options.principal, proposal, environment);
    return (await this.#write('draft', write)) ? 'written' : 'exists';
  }

  async drafted(author: string, proposalDigest: string, environment: string): Promise<Proposal | undefined> {
    const item = await readItem(this.#options, draftKey(author, proposalDigest));
    return item && draftOf(item, environment);
  }

  async #write(what: string, write: ItemWrite): Promise<boolean> {
    return (await writeItem(what, write, this.#options)).result === 'written';
  }
}
