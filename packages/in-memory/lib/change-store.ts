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
import type { RedisName, RedisState } from '@flaghoist/core/ports/outage-store';
import type { ProposalKey } from '@flaghoist/core/ports/proposal-store';
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
import type { FoundItem, Item, ItemWrite, Write } from '@flaghoist/core/storage/write';
import { type Contention, transactInTime, writeInTime } from './contention.ts';
import { Table, type TableOptions } from './table.ts';

/** Of the home region, both. */
interface Tables {
  readonly changes: Table;
  readonly flags: Table;
}

interface Options extends Tables {
  /** Without it transactions are over at once. */
  readonly contention?: Contention | undefined;
}

/** The table `changes` with its indexes. */
export const changesTable = (options: Omit<TableOptions, 'name' | 'indexed'>): Table =>
  new Table({ ...options, name: 'changes', indexed: [UNDECIDED, 'moment', 'awaited'] });

const PAGE = 20;

/** The home region's `changes`, and its transactions with `flags`, on two `Table`s of one region. */
export class InMemoryChangeStore implements ChangeStore, TakeOverStore {
  readonly #tables: Tables;
  readonly #contention: Contention | undefined;

  constructor({ contention, ...tables }: Options) {
    this.#tables = tables;
    this.#contention = contention;
  }

  async outcome(author: string, changeId: string): Promise<ProposalOutcome | undefined> {
    const item = this.#tables.changes.get(authorPk(author), outcomeSk(changeId));
    return item && outcomeOf(item);
  }

  async accept(
    envelope: Envelope,
    replaces: ExpectedCurrent | null,
    facts?: FactsChange,
    options?: AcceptOptions,
  ): Promise<WriteResult> {
    return this.#transact(acceptance(envelope, replaces, facts, options));
  }

  async refuse(outcome: RefusedProposal): Promise<WriteResult> {
    return (await this.#write(outcomeWrite(outcome))) ? 'written' : 'moved';
  }

  async leave(proposal: ProposalKey, proposedDigest: string): Promise<WriteResult> {
    return (await this.#write(leftWrite(proposal, proposedDigest))) ? 'written' : 'moved';
  }

  async leftDigest({ author, changeId }: ProposalKey): Promise<string | undefined> {
    const item = this.#tables.changes.get(authorPk(author), leftSk(changeId));
    return item && leftDigestIn(item);
  }

  async noteOverwriting(item: FoundItem, event: EventOf<'TamperingFound'>, notedAt: number): Promise<WriteResult> {
    return (await this.#write(overwritingWrite(item, event, notedAt))) ? 'written' : 'moved';
  }

  async record(flagKey: string, order: Order): Promise<ChangeRecord | undefined> {
    const item = this.#tables.changes.get(flagPk(flagKey), changeSk(order));
    return item && changeRecordOf(item);
  }

  async *undecided(before: number): AsyncIterable<{ readonly flagKey: string; readonly order: Order }> {
    const mark = (item: Item): string => String(item[UNDECIDED]);
    const found = this.#tables.changes.having(UNDECIDED, { to: timeKey(before) });
    for (const item of [...found].sort((a, b) => (mark(a) < mark(b) ? -1 : 1))) yield recordKeyOf(item);
  }

  async *recordsBefore(flagKey: string, order: Order): AsyncIterable<FoundRecord> {
    let query = { ...recordsBefore(flagKey, order), limit: PAGE };
    while (true) {
      const page = this.#tables.changes.query(query);
      for (const item of page) yield foundRecordOf(item);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      query = { ...query, after: last.sk };
    }
  }

  async recordProof(key: ChangeKey, proof: Proof): Promise<void> {
    await this.#write(proofWrite(key, proof));
  }

  async proofs(key: ChangeKey): Promise<readonly Proof[]> {
    return this.#tables.changes.query(proofsOf(key)).map(proofOf);
  }

  async revertsInMinute(now: number): Promise<number> {
    return revertsIn(this.#tables.changes.get(REVERTS_PK, revertsSk(now)));
  }

  async redis({ region, redis }: RedisName): Promise<RedisState | undefined> {
    const { pk, sk } = outageKey({ region, redis });
    const item = this.#tables.changes.get(pk, sk);
    return item && redisStateOf(item);
  }

  async redisesOf(region: string): Promise<readonly RedisState[]> {
    return this.#tables.changes.query(redisesOf(region)).map(redisStateOf);
  }

  async noteTaken(outage: Outage): Promise<void> {
    await this.#write(outageTaken(outage));
  }

  async noteDegraded(outage: Outage, services: readonly string[]): Promise<void> {
    await this.#write(redisDegraded(outage, services));
  }

  async noteEnded(outage: Outage): Promise<void> {
    await this.#write(outageEnded(outage));
  }

  async decide(write: DecisionWrite): Promise<WriteResult> {
    return this.#transact(decision(write));
  }

  async takeOverOutcome(outcome: AcceptedProposal, acceptedAt: number): Promise<WriteResult> {
    return (await this.#write(takenOverOutcome(outcome, acceptedAt))) ? 'written' : 'moved';
  }

  async takeOverRecord(record: ChangeRecord): Promise<WriteResult> {
    return (await this.#write(recordWrite(record))) ? 'written' : 'moved';
  }

  async takeOverFacts(flagKey: string, facts: FactsChange): Promise<WriteResult> {
    return this.#transact(factsWrites(flagKey, facts));
  }

  async resettle(read: ChangeRecord, settled: ChangeRecord): Promise<WriteResult> {
    return (await this.#write(resettlement(read, settled))) ? 'written' : 'moved';
  }

  #write(write: ItemWrite): Promise<boolean> {
    return writeInTime(write, this.#tables.changes, this.#contention);
  }

  async #transact(writes: readonly Write<keyof Tables>[]): Promise<WriteResult> {
    return (await transactInTime(writes, this.#tables, this.#contention)).length === 0 ? 'written' : 'moved';
  }
}
