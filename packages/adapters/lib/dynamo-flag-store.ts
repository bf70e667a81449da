import { BatchGetItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { UnavailableError } from '@flaghoist/core/errors';
import type { Order } from '@flaghoist/core/order';
import type {
  Alike,
  CurrentRepair,
  FactsRead,
  FlagStore,
  KnownGood,
  KnownGoodRepair,
  Needed,
  RulesVersions,
  StoredRevision,
} from '@flaghoist/core/ports/flag-store';
import { knownGoodRestoration, restoration, revisionRestoration } from '@flaghoist/core/storage/change-writes';
import { alikeIn, factsIn, neededIn } from '@flaghoist/core/storage/facts-items';
import { knownGoodOf, rulesVersionIn, rulesVersionWrite, storedRevisionOf } from '@flaghoist/core/storage/flag-items';
import {
  alikeKey,
  CURRENT_SK,
  FACTS_SK,
  flagPk,
  KNOWN_GOOD_SK,
  NEEDED_SK,
  REVISION_PREFIX,
  revisionSk,
  rulesKey,
} from '@flaghoist/core/storage/keys';
import { newestRevisionsOf } from '@flaghoist/core/storage/queries';
import { itemOf } from '@flaghoist/core/storage/stream';
import { callAws } from './aws-call.ts';
import { type DynamoItem, keyOf, toValue } from './dynamo-attributes.ts';
import { queryItems, readItem, type TableAccess } from './dynamo-read.ts';
import { type Waiting, writeItem } from './dynamo-write.ts';

/** The table's inverted index: sort key first, keys only. It lists all CURRENTs without walking all revisions. */
const BY_SORT_KEY = 'by-sk';
/** BatchGetItem takes this many keys. */
const MAX_KEYS = 100;
const BATCH_ROUNDS = 10;

/** One region's replica of `flags`. */
export class DynamoFlagStore implements FlagStore, CurrentRepair, KnownGoodRepair, RulesVersions {
  readonly #access: TableAccess;
  readonly #waiting: Waiting | undefined;

  /** @param waiting for whoever puts something back: between attempts of a write that meets a transaction. Left out: there is one */
  constructor(access: TableAccess, waiting?: Waiting) {
    this.#access = access;
    this.#waiting = waiting;
  }

  async current(flagKey: string): Promise<StoredRevision | undefined> {
    const item = await readItem(this.#access, { pk: flagPk(flagKey), sk: CURRENT_SK });
    return item && storedRevisionOf(item);
  }

  async revision(flagKey: string, order: Order): Promise<StoredRevision | undefined> {
    const item = await readItem(this.#access, { pk: flagPk(flagKey), sk: revisionSk(order) });
    return item && storedRevisionOf(item);
  }

  async newestRevision(flagKey: string): Promise<StoredRevision | undefined> {
    const [newest] = await this.newestRevisions(flagKey, 1);
    return newest;
  }

  async newestRevisions(flagKey: string, count: number): Promise<readonly StoredRevision[]> {
    const found: StoredRevision[] = [];
    for await (const item of queryItems(this.#access, newestRevisionsOf(flagKey, count))) {
      found.push(storedRevisionOf(item));
      if (found.length === count) break;
    }
    return found;
  }

  async knownGood(flagKey: string): Promise<KnownGood | undefined> {
    const item = await readItem(this.#access, { pk: flagPk(flagKey), sk: KNOWN_GOOD_SK });
    return item && knownGoodOf(item);
  }

  async facts(flagKey: string): Promise<FactsRead> {
    return factsIn(await readItem(this.#access, { pk: flagPk(flagKey), sk: FACTS_SK }));
  }

  async needed(flagKey: string): Promise<Needed> {
    return neededIn(await readItem(this.#access, { pk: flagPk(flagKey), sk: NEEDED_SK }));
  }

  async alike(flagKey: string): Promise<Alike> {
    return alikeIn(await readItem(this.#access, alikeKey(flagKey)));
  }

  async rulesVersion(region: string): Promise<number | null> {
    return rulesVersionIn(await readItem(this.#access, rulesKey(region)));
  }

  async reportRulesVersion(region: string, version: number, at: number): Promise<void> {
    await writeItem(`rules version of ${region}`, rulesVersionWrite(region, version, at), this.#access);
  }

  /** An index cannot be read consistently, so it only names the flags; the items come from the table. */
  async *currents(after?: string): AsyncIterable<StoredRevision> {
    const { client, table } = this.#access;
    let from: DynamoItem | undefined = after === undefined ? undefined : keyOf({ pk: flagPk(after), sk: CURRENT_SK });
    do {
      const command = new QueryCommand({
        TableName: table,
        IndexName: BY_SORT_KEY,
        KeyConditionExpression: 'sk = :current',
        ExpressionAttributeValues: { ':current': toValue(CURRENT_SK) },
        Limit: MAX_KEYS,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      });
      const { Items = [], LastEvaluatedKey } = await callAws(`table ${table}`, client.send(command));
      for (const item of await this.#readAll(Items.map(({ pk, sk }) => ({ pk, sk }) as DynamoItem)))
        yield storedRevisionOf(itemOf(item));
      from = LastEvaluatedKey;
    } while (from !== undefined);
  }

  /** Reads the whole table: the audit sweep needs every envelope anyway. Items of one flag lie together, in order. */
  async *revisions(after?: Pick<StoredRevision, 'flagKey' | 'order'>): AsyncIterable<StoredRevision> {
    const { client, table } = this.#access;
    let from = after && keyOf({ pk: flagPk(after.flagKey), sk: revisionSk(after.order) });
    do {
      const command = new ScanCommand({
        TableName: table,
        ConsistentRead: true,
        FilterExpression: 'begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':prefix': toValue(REVISION_PREFIX) },
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      });
      const { Items = [], LastEvaluatedKey } = await callAws(`table ${table}`, client.send(command));
      for (const item of Items) yield storedRevisionOf(itemOf(item));
      from = LastEvaluatedKey;
    } while (from !== undefined);
  }

  async restoreCurrent(
    flagKey: string,
    foundDigest: string | null | undefined,
    accepted: StoredRevision | undefined,
  ): Promise<boolean> {
    const write = restoration(flagKey, foundDigest, accepted);
    return (await writeItem(`CURRENT of ${flagKey}`, write, this.#access, this.#waiting)).result === 'written';
  }

  async restoreRevision(accepted: StoredRevision): Promise<boolean> {
    const write = revisionRestoration(accepted);
    return (
      (await writeItem(`REVISION of ${accepted.flagKey}`, write, this.#access, this.#waiting)).result === 'written'
    );
  }

  async restoreKnownGood(flagKey: string, found: Order | null, good: KnownGood): Promise<boolean> {
    const write = knownGoodRestoration(found, good);
    return (await writeItem(`KNOWN_GOOD of ${flagKey}`, write, this.#access, this.#waiting)).result === 'written';
  }

  async #readAll(keys: DynamoItem[]): Promise<DynamoItem[]> {
    const { client, table } = this.#access;
    const found: DynamoItem[] = [];
    let left = keys;
    // An answer holds 16 MB at most, and says what it left out.
    for (let round = 0; left.length > 0; round += 1) {
      if (round === BATCH_ROUNDS) throw notAnswered(table, left.length);
      const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } });
      const { Responses = {}, UnprocessedKeys = {} } = await callAws(`table ${table}`, client.send(command));
      found.push(...(Responses[table] ?? []));
      left = UnprocessedKeys[table]?.Keys ?? [];
    }
    return found;
  }
}

const notAnswered = (table: string, count: number): UnavailableError =>
  new UnavailableError(
    `${count} items of table ${table}`,
    `They stayed unprocessed in ${BATCH_ROUNDS} rounds: the table is throttled. It is tried again.`,
  );
