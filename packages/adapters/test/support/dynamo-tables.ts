import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

const key = [
  { AttributeName: 'pk', AttributeType: 'S' },
  { AttributeName: 'sk', AttributeType: 'S' },
] as const;

const table = (name: string): CreateTableCommandInput => ({
  TableName: name,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [...key],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
});

const flagsTable = (name: string): CreateTableCommandInput => ({
  ...table(name),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-sk',
      KeySchema: [
        { AttributeName: 'sk', KeyType: 'HASH' },
        { AttributeName: 'pk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
});

/** Tables as the adapters expect them, new for each test. */
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

  async flags(): Promise<string> {
    return this.#make(flagsTable);
  }

  /** `changes` and `verification` have no index. */
  async plain(): Promise<string> {
    return this.#make(table);
  }

  async drop(): Promise<void> {
    await Promise.all(this.#made.map((name) => this.client.send(new DeleteTableCommand({ TableName: name }))));
    this.#made = [];
  }

  async #make(definition: (name: string) => CreateTableCommandInput): Promise<string> {
    this.#count += 1;
    // Test files may run at the same time against the one server.
    const name = `test-${process.pid}-${this.#count}`;
    await this.client.send(new CreateTableCommand(definition(name)));
    this.#made.push(name);
    return name;
  }
}
