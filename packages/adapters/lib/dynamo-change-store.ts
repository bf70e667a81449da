import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { ChangeRecord } from '@flaghoist/core/change';
import type { Proof } from '@flaghoist/core/decision';
import type { Envelope } from '@flaghoist/core/envelope';
import {
  CHANGE_PREFIX,
  changePk,
  changeRecordOf,
  changeSk,
  flagPk,
  OUTCOME_SK,
  outcomeOf,
  PROOF_PREFIX,
  REVERTS_PK,
  revertsSk,
} from '@flaghoist/core/items';
import type { Order } from '@flaghoist/core/order';
import type { ChangeStore, DecisionWrite, ExpectedCurrent, WriteResult } from '@flaghoist/core/ports/change-store';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Random } from '@flaghoist/core/ports/random';
import type { Proposal, ProposalOutcome } from '@flaghoist/core/proposal';
import { acceptanceItems, outcomeItem, proofItem, proofOf, proposalItem } from './change-items.ts';
import { decisionItems } from './decision-items.ts';
import { type Item, numberOr, text } from './dynamo-attributes.ts';
import { type Condition, IS_NEW } from './dynamo-conditions.ts';
import { queryItems, readItem, type TableAccess } from './dynamo-read.ts';
import { transact, writeIf } from './dynamo-write.ts';

interface Options {
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly changesTable: string;
  readonly flagsTable: string;
  /** For the waits between attempts of a transaction that another one is in the way of. */
  readonly clock: Clock;
  readonly random: Random;
}

/** How many earlier changes are read at a time; a decision rarely looks further back. */
const PAGE = 25;

/** `supersedesProof` of core as a condition: a proof is never unsaid. */
const IS_UNPROVEN = {
  ConditionExpression: 'attribute_not_exists(pk) OR verdict <> :proven',
  ExpressionAttributeValues: { ':proven': text('consistent') },
};

/** The table `changes`, and the transactions that join it with `flags`. Home region only. */
export class DynamoChangeStore implements ChangeStore {
  readonly #options: Options;
  readonly #changes: TableAccess;

  constructor(options: Options) {
    this.#options = options;
    this.#changes = { client: options.client, table: options.changesTable };
  }

  async propose(proposal: Proposal): Promise<'written' | 'exists'> {
    const result = await this.#put(`proposal ${proposal.change.id}`, proposalItem(proposal), IS_NEW);
    return result === 'written' ? 'written' : 'exists';
  }

  async outcome(changeId: string): Promise<ProposalOutcome | undefined> {
    const item = await readItem(this.#changes, changePk(changeId), OUTCOME_SK);
    return item && outcomeOf(item);
  }

  accept(envelope: Envelope, replaces: ExpectedCurrent | null): Promise<WriteResult> {
    const items = acceptanceItems(envelope, replaces, this.#options);
    return transact(`acceptance of ${envelope.change.id}`, items, this.#options);
  }

  refuse(outcome: Exclude<ProposalOutcome, { outcome: 'accepted' }>): Promise<WriteResult> {
    return this.#put(`outcome of ${outcome.changeId}`, outcomeItem(outcome), IS_NEW);
  }

  async record(flagKey: string, order: Order): Promise<ChangeRecord | undefined> {
    const item = await readItem(this.#changes, flagPk(flagKey), changeSk(order));
    return item && changeRecordOf(item);
  }

  async *recordsBefore(flagKey: string, order: Order): AsyncIterable<ChangeRecord> {
    const end = changeSk(order);
    const newestFirst = queryItems(this.#changes, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :end',
      ExpressionAttributeValues: { ':pk': text(flagPk(flagKey)), ':first': text(CHANGE_PREFIX), ':end': text(end) },
      ScanIndexForward: false,
      Limit: PAGE,
    });
    // BETWEEN includes its ends.
    for await (const item of newestFirst) if (item['sk']?.S !== end) yield changeRecordOf(item);
  }

  async recordProof(changeId: string, proof: Proof): Promise<void> {
    const condition = proof.verdict === 'consistent' ? {} : IS_UNPROVEN;
    await this.#put(`proof of ${changeId} in ${proof.region}`, proofItem(changeId, proof), condition);
  }

  async proofs(changeId: string): Promise<readonly Proof[]> {
    const proofs: Proof[] = [];
    const items = queryItems(this.#changes, {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': text(changePk(changeId)), ':prefix': text(PROOF_PREFIX) },
    });
    for await (const item of items) proofs.push(proofOf(item));
    return proofs;
  }

  async revertsInMinute(now: number): Promise<number> {
    const item = await readItem(this.#changes, REVERTS_PK, revertsSk(now));
    return item === undefined ? 0 : numberOr(item, 'count', 0);
  }

  decide(decision: DecisionWrite): Promise<WriteResult> {
    const { changeId } = decision.judged;
    return transact(
      `decision ${decision.action} of ${changeId}`,
      decisionItems(decision, this.#options),
      this.#options,
    );
  }

  async #put(what: string, item: Item, condition: Condition): Promise<WriteResult> {
    const { client, changesTable } = this.#options;
    const command = new PutItemCommand({ TableName: changesTable, Item: item, ...condition });
    return (await writeIf(what, () => client.send(command), this.#options)).result;
  }
}
