import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ChangeKey, ChangeRecord, FoundRecord } from '@flaghoist/core/change';
import type { Outage } from '@flaghoist/core/complaint';
import type { Envelope } from '@flaghoist/core/envelope';
import type { EventOf } from '@flaghoist/core/events';
import type { FactsChange } from '@flaghoist/core/facts';
import type { Order } from '@flaghoist/core/order';
import type {
  AcceptOptions,
  ChangeStore,
  DecisionWrite,
  ExpectedCurrent,
  WriteResult,
} from '@flaghoist/core/ports/change-store';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { RedisName, RedisState } from '@flaghoist/core/ports/outage-store';
import type { ProposalKey } from '@flaghoist/core/ports/proposal-store';
import type { Random } from '@flaghoist/core/ports/random';
import type { TakeOverStore } from '@flaghoist/core/ports/take-over-store';
import type { Proof } from '@flaghoist/core/proof';
import type { AcceptedProposal, ProposalOutcome, RefusedProposal } from '@flaghoist/core/proposal';
import {
  changeRecordOf,
  foundRecordOf,
  leftDigestIn,
  outcomeOf,
  proofOf,
  recordKeyOf,
  revertsIn,
  UNDECIDED,
} from '@flaghoist/core/storage/change-items';
import {
  acceptance,
  decision,
  leftWrite,
  outcomeWrite,
  proofWrite,
  recordWrite,
  resettlement,
  takenOverOutcome,
} from '@flaghoist/core/storage/change-writes';
import { factsWrites } from '@flaghoist/core/storage/facts-writes';
import {
  authorPk,
  changeSk,
  flagPk,
  leftSk,
  outageKey,
  outcomeSk,
  REVERTS_PK,
  revertsSk,
  timeKey,
} from '@flaghoist/core/storage/keys';
import { outageEnded, outageTaken, redisDegraded, redisesOf, redisStateOf } from '@flaghoist/core/storage/outage-items';
import { overwritingWrite } from '@flaghoist/core/storage/overwriting-items';
import { proofsOf, recordsBefore } from '@flaghoist/core/storage/queries';
import type { FoundItem, ItemWrite, Write } from '@flaghoist/core/storage/write';
import { indexedItems, queryItems, readItem, type TableAccess } from './dynamo-read.ts';
import { transact, writeItem } from './dynamo-write.ts';

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

/** The table `changes`, and the transactions that join it with `flags`. Home region only. */
export class DynamoChangeStore implements ChangeStore, TakeOverStore {
  readonly #options: Options;
  readonly #changes: TableAccess;

  constructor(options: Options) {
    this.#options = options;
    this.#changes = { client: options.client, table: options.changesTable };
  }

  async outcome(author: string, changeId: string): Promise<ProposalOutcome | undefined> {
    const item = await readItem(this.#changes, { pk: authorPk(author), sk: outcomeSk(changeId) });
    return item && outcomeOf(item);
  }

  accept(
    envelope: Envelope,
    replaces: ExpectedCurrent | null,
    facts?: FactsChange,
    options?: AcceptOptions,
  ): Promise<WriteResult> {
    const urgent = envelope.kind === 'killed';
    return this.#transact(
      `acceptance of ${envelope.change.id}`,
      acceptance(envelope, replaces, facts, options),
      urgent,
    );
  }

  refuse(outcome: RefusedProposal): Promise<WriteResult> {
    return this.#write(`outcome of ${outcome.changeId}`, outcomeWrite(outcome));
  }

  async leave(proposal: ProposalKey, proposedDigest: string): Promise<WriteResult> {
    const write = leftWrite(proposal, proposedDigest);
    return (await writeItem(`proposal ${proposal.changeId}`, write, this.#changes)).result;
  }

  async leftDigest({ author, changeId }: ProposalKey): Promise<string | undefined> {
    const item = await readItem(this.#changes, { pk: authorPk(author), sk: leftSk(changeId) });
    return item && leftDigestIn(item);
  }

  async noteOverwriting(item: FoundItem, event: EventOf<'TamperingFound'>, notedAt: number): Promise<WriteResult> {
    const write = overwritingWrite(item, event, notedAt);
    return (await writeItem(`note of ${event.id}`, write, this.#changes)).result;
  }

  async record(flagKey: string, order: Order): Promise<ChangeRecord | undefined> {
    const item = await readItem(this.#changes, { pk: flagPk(flagKey), sk: changeSk(order) });
    return item && changeRecordOf(item);
  }

  async *undecided(before: number): AsyncIterable<{ readonly flagKey: string; readonly order: Order }> {
    for await (const item of indexedItems(this.#changes, UNDECIDED)) {
      if (String(item[UNDECIDED]) >= timeKey(before)) return;
      yield recordKeyOf(item);
    }
  }

  async *recordsBefore(flagKey: string, order: Order): AsyncIterable<FoundRecord> {
    for await (const item of queryItems(this.#changes, recordsBefore(flagKey, order), PAGE)) yield foundRecordOf(item);
  }

  async recordProof(key: ChangeKey, proof: Proof): Promise<void> {
    await this.#write(`proof of ${key.changeId} in ${proof.region}`, proofWrite(key, proof));
  }

  async proofs(key: ChangeKey): Promise<readonly Proof[]> {
    const proofs: Proof[] = [];
    for await (const item of queryItems(this.#changes, proofsOf(key))) proofs.push(proofOf(item));
    return proofs;
  }

  async revertsInMinute(now: number): Promise<number> {
    return revertsIn(await readItem(this.#changes, { pk: REVERTS_PK, sk: revertsSk(now) }));
  }

  async redis(name: RedisName): Promise<RedisState | undefined> {
    const item = await readItem(this.#changes, outageKey(name));
    return item && redisStateOf(item);
  }

  async redisesOf(region: string): Promise<readonly RedisState[]> {
    const states: RedisState[] = [];
    for await (const item of queryItems(this.#changes, redisesOf(region))) states.push(redisStateOf(item));
    return states;
  }

  async noteTaken(outage: Outage): Promise<void> {
    await this.#write(`outage of ${outage.redis}`, outageTaken(outage));
  }

  async noteDegraded(outage: Outage, services: readonly string[]): Promise<void> {
    await this.#write(`outage of ${outage.redis}`, redisDegraded(outage, services));
  }

  async noteEnded(outage: Outage): Promise<void> {
    await this.#write(`outage of ${outage.redis}`, outageEnded(outage));
  }

  decide(write: DecisionWrite): Promise<WriteResult> {
    return this.#transact(`decision ${write.action} of ${write.judged.changeId}`, decision(write));
  }

  takeOverOutcome(outcome: AcceptedProposal, acceptedAt: number): Promise<WriteResult> {
    return this.#write(`outcome of ${outcome.changeId}`, takenOverOutcome(outcome, acceptedAt));
  }

  takeOverRecord(record: ChangeRecord): Promise<WriteResult> {
    return this.#write(`record of ${record.changeId}`, recordWrite(record));
  }

  takeOverFacts(flagKey: string, facts: FactsChange): Promise<WriteResult> {
    return this.#transact(`facts of ${flagKey}`, factsWrites(flagKey, facts));
  }

  resettle(read: ChangeRecord, settled: ChangeRecord): Promise<WriteResult> {
    return this.#write(`record of ${read.changeId}`, resettlement(read, settled));
  }

  async #write(what: string, write: ItemWrite): Promise<WriteResult> {
    return (await writeItem(what, write, this.#changes, this.#options)).result;
  }

  #transact(what: string, writes: readonly Write<'changes' | 'flags'>[], urgent = false): Promise<WriteResult> {
    const { client, changesTable: changes, flagsTable: flags, clock, random } = this.#options;
    return transact(what, writes, { client, tables: { changes, flags }, clock, random, urgent });
  }
}
