import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CURRENT_SK, flagPk } from '@flaghoist/core/storage/keys';
import type { Attributes, Item } from '@flaghoist/core/storage/write';
import { holds } from '@flaghoist/in-memory/condition';
import { approvalStoreConformance } from '@flaghoist/in-memory/conformance/approval-store';
import { changeStoreConformance } from '@flaghoist/in-memory/conformance/change-store';
import { factsConformance } from '@flaghoist/in-memory/conformance/facts';
import { flagStoreConformance } from '@flaghoist/in-memory/conformance/flag-store';
import { homeStoreConformance } from '@flaghoist/in-memory/conformance/home-store';
import { proposalStoreConformance } from '@flaghoist/in-memory/conformance/proposal-store';
import { takeOverStoreConformance } from '@flaghoist/in-memory/conformance/take-over-store';
import { topologyStoreConformance } from '@flaghoist/in-memory/conformance/topology-store';
import { trailStoreConformance } from '@flaghoist/in-memory/conformance/trail-store';
import { upstreamFlagsConformance } from '@flaghoist/in-memory/conformance/upstream-flags';
import { verificationStoreConformance } from '@flaghoist/in-memory/conformance/verification-store';
import { systemClock } from '@flaghoist/system/clock';
import { systemRandom } from '@flaghoist/system/random';
import fc from 'fast-check';
import { DynamoApprovalStore, DynamoGivenApprovals } from '../lib/dynamo-approval-store.ts';
import { toDynamo } from '../lib/dynamo-attributes.ts';
import { DynamoChangeStore } from '../lib/dynamo-change-store.ts';
import { DynamoFlagStore } from '../lib/dynamo-flag-store.ts';
import { DynamoHomeStore } from '../lib/dynamo-home-store.ts';
import { DynamoPendingProposals, DynamoProposalStore } from '../lib/dynamo-proposal-store.ts';
import { DynamoTopologySource } from '../lib/dynamo-topology-source.ts';
import { DynamoTrailStore } from '../lib/dynamo-trail-store.ts';
import { DynamoUpstreamFlags } from '../lib/dynamo-upstream-flags.ts';
import { DynamoVerificationStore } from '../lib/dynamo-verification-store.ts';
import { writeItem } from '../lib/dynamo-write.ts';
import { typed } from './support/book.ts';
import { DynamoTables } from './support/dynamo-tables.ts';
import { needsDynamo } from './support/servers.ts';

const { describe, it, start } = needsDynamo();
/** It fails with a page of HTML where a condition compares a text with a number, which to DynamoDB is just not so. */
const SERVER = { comparesTypes: false };
const waiting = { clock: systemClock, random: systemRandom };
let server: Awaited<ReturnType<typeof start>>;
let tables: DynamoTables;
let client: DynamoDBClient;
beforeAll(async () => {
  server = await start();
  tables = new DynamoTables(server.endpoint);
  ({ client } = tables);
});
afterEach(() => tables.drop());
afterAll(async () => {
  client.destroy();
  await server.stop();
});

const put = async (table: string, item: Item): Promise<void> => {
  await client.send(new PutItemCommand({ TableName: table, Item: toDynamo(item) }));
};
const home = async () => {
  const [flagsTable, changesTable] = [await tables.make('flags'), await tables.make('changes')];
  return {
    flagsTable,
    changesTable,
    flags: new DynamoFlagStore({ client, table: flagsTable }),
    changes: new DynamoChangeStore({ client, flagsTable, changesTable, ...waiting }),
    writeForeign: (item: Item) => put(changesTable, item),
  };
};

describe('DynamoChangeStore', () => changeStoreConformance(home));

describe('DynamoChangeStore, taking over', () => takeOverStoreConformance(home));

describe('DynamoDB, facts of other flags', () => factsConformance(home));
describe('DynamoTrailStore', () =>
  trailStoreConformance(async () => {
    const { changesTable, ...stores } = await home();
    return { ...stores, trail: new DynamoTrailStore({ client, table: changesTable }) };
  }));

describe('DynamoProposalStore', () =>
  proposalStoreConformance(async () => {
    const table = await tables.make('proposals');
    return {
      home: new DynamoPendingProposals({ client, table }),
      authorWith: (principal) => new DynamoProposalStore({ client, table, principal, clock: systemClock }),
      writeForeign: (item) => put(table, item),
    };
  }));

describe('DynamoApprovalStore', () =>
  approvalStoreConformance(async () => {
    const { changes, changesTable } = await home();
    const proposalsTable = await tables.make('proposals');
    return {
      home: new DynamoGivenApprovals({ client, proposalsTable, changesTable }),
      changes,
      storeOf: (principal) => new DynamoApprovalStore({ client, table: proposalsTable, principal }),
      overwrite: (item) => put(proposalsTable, item),
    };
  }));

describe('DynamoFlagStore', () =>
  flagStoreConformance(async () => {
    const { flagsTable, changesTable: _changes, ...stores } = await home();
    const writeForeignCurrent = (flagKey: string, attributes: Attributes) =>
      put(flagsTable, { ...attributes, pk: flagPk(flagKey), sk: CURRENT_SK });
    return { ...stores, writeForeignCurrent };
  }));

describe('DynamoHomeStore', () =>
  homeStoreConformance(async () => new DynamoHomeStore({ client, table: await tables.make('flags') })));

describe('DynamoTopologySource', () =>
  topologyStoreConformance(async () => {
    const table = await tables.make('flags');
    return { store: new DynamoTopologySource({ client, table }), writeForeign: (item) => put(table, item) };
  }));

describe('DynamoUpstreamFlags', () =>
  upstreamFlagsConformance(async () => {
    const { changes, flagsTable, changesTable } = await home();
    return { changes, upstream: new DynamoUpstreamFlags({ client, flagsTable, changesTable, ...waiting }) };
  }));

describe('DynamoVerificationStore', () =>
  verificationStoreConformance(async () => {
    const table = await tables.make('verification');
    return {
      store: new DynamoVerificationStore({ client, table, ...waiting }),
      writeForeign: (item) => put(table, item),
    };
  }, SERVER));

it('DynamoDB takes the conditions of the book as they are meant, in memory and here', async () => {
  const table = await tables.make('changes');
  let count = 0;
  await fc.assert(
    fc.asyncProperty(typed.conditions, typed.items, async (condition, item) => {
      count += 1;
      const own = item && { ...item, sk: `item-${count}` };
      if (own !== undefined) await put(table, own);
      const write = { put: { ...own, pk: 'p', sk: `item-${count}` }, condition };
      const { result } = await writeItem('condition', write, { client, table });
      expect(result).toBe(holds(condition, own) ? 'written' : 'moved');
    }),
    { numRuns: 60 },
  );
});
