import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toDynamo } from '@flaghoist/adapters/dynamo-attributes';
import { recordItem } from '@flaghoist/core/storage/change-items';
import { revisionItem } from '@flaghoist/core/storage/flag-items';
import { contextOf, isNamed } from '@flaghoist/test-kit/iam/conditions';
import { answerTo, userOf } from '@flaghoist/test-kit/iam/evaluate';
import { parsePolicy } from '@flaghoist/test-kit/iam/policy';
import { flagsAccessFor } from '@flaghoist/wiring/flags-access';
import { exitCodes } from '../lib/exit-codes.ts';
import { type Answer, type Asked, deployment, standInAws, wellAnswer } from './aws-stand-in.ts';
import { run } from './run.ts';

/*
 * What the doctor asks of AWS, held against the policy of the role that is made for it: nothing that it asks is refused, and nothing is
 * granted that it does not ask.
 */

const ACCOUNT = '123456789012';
const { regions } = deployment;
const tableIn = (region: string, name: string): string => `arn:aws:dynamodb:${region}:${ACCOUNT}:table/${name}`;
const homes = ['us-east-1', 'us-west-2'];
const everywhere = (arn: string): string => arn.replace('{region}', '*').replace('{service}', '*');

const { doctor } = flagsAccessFor({
  tables: [
    ...regions.flatMap((region) => ['flags', 'verification'].map((name) => tableIn(region, name))),
    ...homes.flatMap((region) => ['changes', 'proposals'].map((name) => tableIn(region, name))),
  ],
  allFlags: regions.map((region) => tableIn(region, 'flags')),
  changes: homes.map((region) => tableIn(region, 'changes')),
  proposals: homes.map((region) => tableIn(region, 'proposals')),
  allQueues: Object.values(deployment.queues).map(everywhere),
  reconcilers: [everywhere(deployment.functions['cache-updater.reconcile'])],
  acknowledgements: ['', ':*'].map((suffix) => `arn:aws:logs:*:${ACCOUNT}:log-group:log${suffix}`),
  anything: '*',
  flags: '',
  flagWriters: [],
  ruleReporters: [],
  publishers: [],
  movers: [],
  replication: [],
  homeFlags: [],
  readable: [],
  letters: [],
  queues: [],
  evidenceLetters: [],
  evidence: [],
  functions: [],
  workflows: [],
  buses: [],
  accountRoot: '',
  userNames: [],
});
const caller = {
  ...userOf(ACCOUNT, 'ada', [parsePolicy(doctor)]),
  context: contextOf({ 'aws:userid': 'AROAEXAMPLE:ada' }),
};

/** As IAM names them: the action, what it is about, and the keys of items. */
const requestOf = ({ action, region, path, input }: Asked) => {
  const text = (name: string): string => String(input[name] ?? '');
  const keys = [input['Key'], input['Item']].flatMap(
    (item) => (item as { pk?: { S: string } } | undefined)?.pk?.S ?? [],
  );
  switch (action) {
    case 'DescribeTable':
    case 'GetItem':
    case 'Query':
    case 'PutItem':
      return { action: `dynamodb:${action}`, resource: tableIn(region, text('TableName')), keys };
    case 'GetQueueAttributes':
      return {
        action: `sqs:${action}`,
        resource: `arn:aws:sqs:${region}:${ACCOUNT}:${text('QueueUrl').split('/').at(-1)}`,
        keys,
      };
    case 'Invoke':
      return {
        action: 'lambda:InvokeFunction',
        resource: /functions\/(.+)\/invocations/.exec(path)?.[1] ?? path,
        keys,
      };
    case 'StartQuery':
      return {
        action: `logs:${action}`,
        resource: `arn:aws:logs:${region}:${ACCOUNT}:log-group:${text('logGroupName')}`,
        keys,
      };
    case 'GetQueryResults':
      return { action: `logs:${action}`, resource: '*', keys };
    default:
      return { action: `lambda:${action}`, resource: '*', keys };
  }
};

const order = { epoch: 2, revision: 1 };
const digest = 'a'.repeat(64);
const stored = { flagKey: 'hoist-doctor-probe', order, envelopeDigest: digest, body: '{}' };
const outcome = {
  outcome: 'accepted',
  author: 'AROAEXAMPLE:ada',
  changeId: 'hoist-doctor',
  proposedDigest: digest,
  flagKey: stored.flagKey,
  actor: 'ada',
  at: 1,
  order,
};
const record = {
  changeId: 'hoist-doctor',
  flagKey: stored.flagKey,
  order,
  kind: 'created',
  flagState: 'live',
  state: 'verified',
  envelopeDigest: digest,
  documentDigest: digest,
  regions: [...regions],
  topologyVersion: 3,
  acceptedAt: 1,
} as const;

/** A probe that is accepted, reaches every region and is verified. */
const probed: Answer = ({ action, input }) => {
  const asked = JSON.stringify(input);
  if (action === 'GetQueryResults') {
    const row = { flagKey: stored.flagKey, service: 'cards', 'heldOrder.epoch': '2', revision: '1' };
    return { status: 'Complete', results: [Object.entries(row).map(([field, value]) => ({ field, value }))] };
  }
  if (action !== 'GetItem') return undefined;
  if (asked.includes('OUTCOME#')) {
    return { Item: { pk: { S: 'AUTHOR#x' }, sk: { S: 'OUTCOME#x' }, outcome: { S: JSON.stringify(outcome) } } };
  }
  if (asked.includes('REVISION#')) return { Item: toDynamo(revisionItem(stored)) };
  return asked.includes('"changes"') ? { Item: toDynamo(recordItem(record)) } : undefined;
};

it('is granted what it asks, with its probe, and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hoist-doctor-rights-'));
  const file = join(folder, 'deployment.json');
  writeFileSync(file, JSON.stringify(deployment));
  await using aws = await standInAws(wellAnswer(probed));
  const { exitCode, stdout } = await run(['doctor', '--deployment', file, '--probe', 'cards']);
  rmSync(folder, { recursive: true, force: true });
  expect({ exitCode, stdout }).toEqual({ exitCode: exitCodes.ok, stdout: expect.stringContaining('verified after') });

  const requests = aws.asked.map(requestOf);
  const refused = requests.filter(
    ({ action, resource, keys }) =>
      answerTo({
        caller,
        action,
        resource,
        owner: { account: ACCOUNT },
        context: keys.length === 0 ? {} : contextOf({ 'dynamodb:LeadingKeys': keys }),
      }) !== 'allowed',
  );
  expect(refused).toEqual([]);
  const asked = new Set(requests.map(({ action }) => action));
  const granted = doctor.Statement.flatMap(({ Action }) => Action);
  expect([...new Set(granted)].sort()).toEqual([...asked].sort());
  const unasked = doctor.Statement.flatMap(({ Action, Resource }) =>
    [Action].flat().flatMap((action) =>
      [Resource]
        .flat()
        .filter((pattern) => !requests.some((one) => one.action === action && isNamed([pattern], one.resource, {})))
        .map((pattern) => `${action} ${pattern}`),
    ),
  );
  expect(unasked.sort()).toEqual(Object.keys(unaskedHere).sort());
});

/** What is granted and not asked in this run, each with the reason why it is granted. */
const unaskedHere: Readonly<Record<string, string>> = {
  [`dynamodb:GetItem ${tableIn('us-west-2', 'changes')}`]: 'the probe is followed there once the standby is home',
  [`dynamodb:PutItem ${tableIn('us-west-2', 'proposals')}`]: 'the probe is proposed there once the standby is home',
  [`logs:StartQuery arn:aws:logs:*:${ACCOUNT}:log-group:log:*`]: 'the same group: IAM writes it with and without :*',
};

it('proposes under its own key alone', () => {
  const put = (key: string) =>
    answerTo({
      caller,
      action: 'dynamodb:PutItem',
      resource: tableIn('us-east-1', 'proposals'),
      owner: { account: ACCOUNT },
      context: contextOf({ 'dynamodb:LeadingKeys': [key] }),
    });
  expect(put('AUTHOR#AROAEXAMPLE:ada')).toBe('allowed');
  for (const key of ['AUTHOR#AROAEXAMPLE:ben', 'APPROVER#AROAEXAMPLE:ada', 'CHANGE#x'])
    expect(put(key)).toBe('not-allowed');
});
