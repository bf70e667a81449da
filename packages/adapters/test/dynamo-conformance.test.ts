import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CURRENT_SK, flagPk } from '@flaghoist/core/items';
import { changeStoreConformance } from '@flaghoist/in-memory/conformance/change-store';
import { flagStoreConformance } from '@flaghoist/in-memory/conformance/flag-store';
import { upstreamFlagsConformance } from '@flaghoist/in-memory/conformance/upstream-flags';
import { verificationStoreConformance } from '@flaghoist/in-memory/conformance/verification-store';
import { keyOf, number, text } from '../lib/dynamo-attributes.ts';
import { DynamoChangeStore } from '../lib/dynamo-change-store.ts';
import { DynamoFlagStore } from '../lib/dynamo-flag-store.ts';
import { DynamoTopologySource } from '../lib/dynamo-topology-source.ts';
import { DynamoUpstreamFlags } from '../lib/dynamo-upstream-flags.ts';
import { DynamoVerificationStore } from '../lib/dynamo-verification-store.ts';
import { systemClock } from '../lib/system/clock.ts';
import { systemRandom } from '../lib/system/random.ts';
import { topologyItem } from '../lib/topology-items.ts';
import { DynamoTables } from './support/dynamo-tables.ts';
import { needsDynamo } from './support/servers.ts';
import { topologyOf } from './support/topology.ts';

const { describe, it, start } = needsDynamo();
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

const home = async () => {
  const [flagsTable, changesTable] = [await tables.flags(), await tables.plain()];
  return {
    flagsTable,
    changesTable,
    flags: new DynamoFlagStore({ client, table: flagsTable }),
    changes: new DynamoChangeStore({ client, flagsTable, changesTable, ...waiting }),
  };
};

describe('DynamoChangeStore', () => changeStoreConformance(home));

describe('DynamoFlagStore', () =>
  flagStoreConformance(async () => {
    const { flagsTable, changesTable: _changes, ...stores } = await home();
    const writeForeignCurrent = async (flagKey: string, attributes: Readonly<Record<string, string | number>>) => {
      const values = Object.entries(attributes).map(
        ([name, value]) => [name, typeof value === 'string' ? text(value) : number(value)] as const,
      );
      const Item = { ...keyOf(flagPk(flagKey), CURRENT_SK), ...Object.fromEntries(values) };
      await client.send(new PutItemCommand({ TableName: flagsTable, Item }));
    };
    return { ...stores, writeForeignCurrent };
  }));

describe('DynamoUpstreamFlags', () =>
  upstreamFlagsConformance(async () => {
    const { changes, flagsTable, changesTable } = await home();
    return { changes, upstream: new DynamoUpstreamFlags({ client, flagsTable, changesTable, ...waiting }) };
  }));

describe('DynamoVerificationStore', () =>
  verificationStoreConformance(
    async () => new DynamoVerificationStore({ client, table: await tables.plain(), ...waiting }),
  ));

it('DynamoTopologySource finds the newest version by number, and each by its own', async () => {
  const table = await tables.flags();
  const source = new DynamoTopologySource({ client, table });
  await expect(source.latest()).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
  for (const version of [2, 9, 10]) {
    await client.send(new PutItemCommand({ TableName: table, Item: topologyItem(topologyOf(version)) }));
  }
  expect(await source.latest()).toEqual(topologyOf(10));
  expect(await source.at(9)).toEqual(topologyOf(9));
  await expect(source.at(3)).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
});
