import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { shippedWiring } from '@flaghoist/wiring/wiring';

const { tables } = shippedWiring();

interface Keys {
  readonly partitionKey: string;
  readonly sortKey: string;
}

const schemaOf = ({ partitionKey, sortKey }: Keys): CreateTableCommandInput['KeySchema'] => [
  { AttributeName: partitionKey, KeyType: 'HASH' },
  { AttributeName: sortKey, KeyType: 'RANGE' },
];

/** A table as the plan of the wiring has it. */
const definitionOf = (planned: string, TableName: string): CreateTableCommandInput => {
  const table = tables[planned];
  if (table === undefined) throw new RangeError(`wiring.json has no table ${planned}`);
  const indexes = Object.entries(table.indexes ?? {});
  const names = new Set(
    [table, ...indexes.map(([, index]) => index)].flatMap((keys) => [keys.partitionKey, keys.sortKey]),
  );
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: schemaOf(table),
    ...(indexes.length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: indexes.map(([IndexName, index]) => ({
            IndexName,
            KeySchema: schemaOf(index),
            Projection: { ProjectionType: index.projection },
          })),
        }),
  };
};

/** The tables that a release makes, new for each test. */
export class DynamoTables {
  readonly client: DynamoDBClient;
  #made: string[] = [];
  #count = 0;

  constructor(endpoint: string) {
    this.client = new DynamoDBClient({
      region: 'eu-west-1',
      endpoint,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
  }

  /** @returns what the table is called on the server */
  async make(planned: 'flags' | 'proposals' | 'changes' | 'verification'): Promise<string> {
    this.#count += 1;
    // Test files may run at the same time against the one server.
    const name = `test-${process.pid}-${this.#count}`;
    await this.client.send(new CreateTableCommand(definitionOf(planned, name)));
    this.#made.push(name);
    return name;
  }

  async drop(): Promise<void> {
    await Promise.all(this.#made.map((name) => this.client.send(new DeleteTableCommand({ TableName: name }))));
    this.#made = [];
  }
}
