import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a stand-in was asked: the action, the region of the signature, and the input. */
export interface Asked {
  readonly action: string;
  readonly region: string;
  readonly path: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** An answer; a `__type` makes it a refusal. */
export type Answer = (asked: Asked) => object | undefined;

/** The service and action: JSON protocols name them in a header, Lambda by its path, STS by the body. */
const actionOf = ({ headers, method, url = '' }: IncomingMessage, body: string): string => {
  const target = String(headers['x-amz-target'] ?? '');
  if (target !== '') return target.split('.').at(-1) ?? '';
  const form = /(?:^|&)Action=(\w+)/.exec(body)?.[1];
  if (form !== undefined) return form;
  const path = decodeURIComponent(url);
  if (path.includes('/invocations')) return 'Invoke';
  if (path.includes('event-source-mappings')) return 'ListEventSourceMappings';
  return path.includes('account-settings') ? 'GetAccountSettings' : `${method} ${path}`;
};

const CALLER =
  '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><UserId>AROAEXAMPLE:ada</UserId><Account>123456789012</Account><Arn>arn:aws:sts::123456789012:assumed-role/x/ada</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>';

/** One server that stands for all services of AWS in all regions, as far as a test answers. */
export const standInAws = async (answer: Answer): Promise<AsyncDisposable & { readonly asked: readonly Asked[] }> => {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const action = actionOf(request, body);
    const region = /Credential=[^/]+\/\d+\/([a-z0-9-]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (action === 'GetCallerIdentity') {
      response.setHeader('content-type', 'text/xml');
      response.end(CALLER);
      return;
    }
    const input = body.startsWith('{') ? (JSON.parse(body) as Record<string, unknown>) : {};
    const one = { action, region, path: decodeURIComponent(request.url ?? ''), input };
    asked.push(one);
    const given: Readonly<Record<string, unknown>> = { ...(answer(one) ?? {}) };
    response.statusCode = '__type' in given ? 400 : 200;
    response.setHeader('content-type', request.headers['content-type'] ?? 'application/json');
    if (typeof given['__type'] === 'string') response.setHeader('x-amzn-errortype', given['__type']);
    response.end(JSON.stringify(action === 'Invoke' ? (given['answer'] ?? null) : given));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  return {
    asked,
    async [Symbol.asyncDispose]() {
      process.env = before;
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};

const topology = {
  version: 3,
  home: 'us-east-1',
  standby: 'us-west-2',
  regions: ['us-east-1', 'us-west-2', 'eu-west-1'].map((name) => ({ name, state: 'serving' })),
  services: ['cards', 'ledger'].map((name, index) => ({
    name,
    cell: `cell-${index + 1}`,
    owner: 'team-core',
    state: 'serving',
  })),
};

const arn = (service: string, what: string): string => `arn:aws:${service}:{region}:123456789012:${what}`;

export const deployment = {
  environment: 'prod',
  home: 'us-east-1',
  regions: ['us-east-1', 'us-west-2', 'eu-west-1'],
  flagsTable: 'flags',
  changesTable: 'changes',
  proposalsTable: 'proposals',
  verificationTable: 'verification',
  acknowledgements: 'log',
  eventBus: 'events',
  queues: {
    'cache-loads': arn('sqs', 'loads'),
    'service-flags': arn('sqs', 'flags-{service}'),
    'service-flags-dead': arn('sqs', 'dead-flags-{service}'),
    audit: arn('sqs', 'audit'),
  },
  functions: {
    'cache-updater.reconcile': arn('lambda', 'function:reconcile:live'),
    'validator.accept': arn('lambda', 'function:accept:live'),
  },
  workflows: { 'verify-window': arn('states', 'stateMachine:verify') },
};

/** A world in which all is well. */
export const wellAnswer = (overrides: Answer = () => undefined): Answer => {
  return (asked) => {
    const own = overrides(asked);
    if (own !== undefined) return own;
    const { action, input } = asked;
    const key = JSON.stringify(input);
    switch (action) {
      case 'GetItem':
        return key.includes('"HOME"')
          ? {
              Item: {
                pk: { S: 'HOME' },
                sk: { S: 'HOME' },
                region: { S: 'us-east-1' },
                epoch: { N: '2' },
                at: { N: '1' },
              },
            }
          : {};
      case 'Query':
        return {
          Items: [
            {
              pk: { S: 'TOPOLOGY' },
              sk: { S: 'VERSION#000000000003' },
              version: { N: '3' },
              topology: { S: JSON.stringify(topology) },
            },
          ],
        };
      case 'DescribeTable':
        return {
          Table: {
            TableStatus: 'ACTIVE',
            Replicas: deployment.regions.map((RegionName) => ({ RegionName, ReplicaStatus: 'ACTIVE' })),
            StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
            SSEDescription: { KMSMasterKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/x' },
          },
        };
      case 'GetAccountSettings':
        return { AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 900 } };
      case 'ListEventSourceMappings':
        return { EventSourceMappings: [{ EventSourceArn: 'arn:q', State: 'Enabled', LastProcessingResult: 'OK' }] };
      case 'GetQueueAttributes':
        return { Attributes: { ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' } };
      case 'Invoke':
        return {
          answer: { clean: ['cards', 'ledger'], tookMs: 1203, coldStartMs: 231 },
        };
      case 'StartQuery':
        return { queryId: 'q-1' };
      case 'GetQueryResults':
        return { status: 'Complete', results: [] };
      default:
        return {};
    }
  };
};
