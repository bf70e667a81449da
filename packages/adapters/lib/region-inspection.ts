import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetAccountSettingsCommand, type LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { callAws } from './aws-call.ts';
import { callFunction } from './call-function.ts';
import { queueUrlOf } from './queue-url.ts';

interface Clients {
  readonly dynamo: Pick<DynamoDBClient, 'send'>;
  readonly lambda: Pick<LambdaClient, 'send'>;
  readonly sqs: Pick<SQSClient, 'send'>;
  readonly sts: STSClient;
}

export interface TableState {
  readonly status: string;
  /** Its replicas by region, with their status. */
  readonly replicas: Readonly<Record<string, string>>;
  /** What its stream shows; nothing without one. */
  readonly stream: string | undefined;
  /** Whether it is under a key of the account. */
  readonly ownKey: boolean;
}

export interface SourceState {
  readonly source: string;
  readonly state: string;
  /** What came of the last batch; "No records processed" before the first. */
  readonly result: string;
}

/** What a region says of the parts that stand in it. Changes nothing but what an invoked function does. @throws UnavailableError */
export class RegionInspection {
  readonly #clients: Clients;

  constructor(clients: Clients) {
    this.#clients = clients;
  }

  async table(name: string): Promise<TableState> {
    const { Table } = await callAws(
      `dynamodb:DescribeTable of ${name}`,
      this.#clients.dynamo.send(new DescribeTableCommand({ TableName: name })),
    );
    return {
      status: Table?.TableStatus ?? 'unknown',
      replicas: Object.fromEntries(
        (Table?.Replicas ?? []).map(({ RegionName = '', ReplicaStatus = 'unknown' }) => [RegionName, ReplicaStatus]),
      ),
      stream: Table?.StreamSpecification?.StreamViewType,
      ownKey: Table?.SSEDescription?.KMSMasterKeyArn !== undefined,
    };
  }

  async sources(functionArn: string): Promise<readonly SourceState[]> {
    const found: SourceState[] = [];
    let marker: string | undefined;
    do {
      const command = new ListEventSourceMappingsCommand({
        FunctionName: functionArn,
        ...(marker === undefined ? {} : { Marker: marker }),
      });
      const page = await callAws(
        `lambda:ListEventSourceMappings of ${functionArn}`,
        this.#clients.lambda.send(command),
      );
      for (const { EventSourceArn = '', State = 'unknown', LastProcessingResult = '' } of page.EventSourceMappings ??
        []) {
        found.push({ source: EventSourceArn, state: State, result: LastProcessingResult });
      }
      marker = page.NextMarker;
    } while (marker !== undefined && marker !== '');
    return found;
  }

  async concurrency(): Promise<{ readonly limit: number; readonly unreserved: number }> {
    const { AccountLimit } = await callAws(
      'lambda:GetAccountSettings',
      this.#clients.lambda.send(new GetAccountSettingsCommand({})),
    );
    return {
      limit: AccountLimit?.ConcurrentExecutions ?? 0,
      unreserved: AccountLimit?.UnreservedConcurrentExecutions ?? 0,
    };
  }

  /** Calls a function, and waits for its answer. */
  invoke(functionArn: string, input: unknown): Promise<unknown> {
    return callFunction(this.#clients.lambda, functionArn, input);
  }

  /** Messages in a queue, those at hand among them. */
  async waiting(queueArn: string): Promise<number> {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrlOf(queueArn), AttributeNames: [...names] });
    const { Attributes = {} } = await callAws(`sqs:GetQueueAttributes of ${queueArn}`, this.#clients.sqs.send(command));
    return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
  }

  /** The region's clock in epoch milliseconds, to the second, as its answers say it. */
  async clock(): Promise<number> {
    let said = Number.NaN;
    const { sts } = this.#clients;
    const command = new GetCallerIdentityCommand({});
    command.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        const { headers } = answer.response as { readonly headers?: Readonly<Record<string, string>> };
        said = Date.parse(headers?.['date'] ?? '');
        return answer;
      },
      { step: 'deserialize' },
    );
    await callAws('sts:GetCallerIdentity', sts.send(command));
    return said;
  }
}
