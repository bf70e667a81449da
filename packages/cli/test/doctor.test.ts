import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../lib/exit-codes.ts';
import { type Answer, deployment, standInAws, wellAnswer } from './aws-stand-in.ts';
import { run } from './run.ts';

interface Finding {
  readonly region: string;
  readonly check: string;
  readonly status: string;
  readonly found: string;
  readonly measured: Readonly<Record<string, number>>;
}

const folder = mkdtempSync(join(tmpdir(), 'hoist-doctor-'));
const file = join(folder, 'deployment.json');
writeFileSync(file, JSON.stringify(deployment));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const doctor = (...more: readonly string[]) => run(['doctor', '--deployment', file, ...more]);

const findingsWith = async (overrides: Answer, ...more: readonly string[]) => {
  await using _aws = await standInAws(wellAnswer(overrides));
  const { exitCode, stdout } = await doctor('--json', '--region', 'eu-west-1', ...more);
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly Finding[] };
  return { exitCode, findings, of: (check: string) => findings.find((each) => each.check === check) };
};

it('finds all well in every region, and keeps what it measured with its date', async () => {
  await using aws = await standInAws(wellAnswer());
  const { exitCode, stdout } = await doctor('--out', folder);
  expect(stdout).toMatch(/\n26 well, 0 to look at, 0 ill, 0 that could not be asked\n$/);
  expect(exitCode).toBe(exitCodes.ok);
  const [kept = ''] = readdirSync(folder).filter((name) => /^doctor-prod-\d{4}-\d\d-\d\d\.json$/.test(name));
  const { findings } = JSON.parse(readFileSync(join(folder, kept), 'utf8')) as { findings: readonly Finding[] };
  expect(findings.find(({ check, region }) => check === 'caches' && region === 'eu-west-1')?.measured).toEqual({
    caches: 2,
    longestPass: 1203,
    coldStart: 231,
  });
  // Nothing is written, and what only home has is asked for in home and standby alone.
  expect(aws.asked.filter(({ action }) => /^(Put|Update|Delete|Send|Transact)/.test(action))).toEqual([]);
  const accepts = aws.asked.filter(
    ({ action, path }) => action === 'ListEventSourceMappings' && path.includes('accept'),
  );
  expect(accepts.map(({ region }) => region).sort()).toEqual(['us-east-1', 'us-west-2']);
});

const only =
  (action: string, answer: object, part = ''): Answer =>
  (asked) =>
    asked.region === 'eu-west-1' && asked.action === action && JSON.stringify(asked.input).includes(part)
      ? answer
      : undefined;
const refused = { __type: 'AccessDeniedException', message: 'no' };
const table = { TableStatus: 'ACTIVE', SSEDescription: { KMSMasterKeyArn: 'k' } };

it.each<[string, string, RegExp, Answer]>([
  [
    'quota',
    'ill',
    /^10 functions at once: ask for 1000/,
    only('GetAccountSettings', { AccountLimit: { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 } }),
  ],
  [
    'tables',
    'ill',
    /^verification is under a key of AWS/,
    only('DescribeTable', { Table: { TableStatus: 'ACTIVE' } }, 'verification'),
  ],
  [
    'tables',
    'ill',
    /^flags has no stream of both images; its replica in us-east-1 is CREATING; its replica in us-west-2 is missing$/,
    only(
      'DescribeTable',
      {
        Table: {
          ...table,
          // A region lists the others, and not itself.
          Replicas: [{ RegionName: 'us-east-1', ReplicaStatus: 'CREATING' }],
        },
      },
      '"flags"',
    ),
  ],
  [
    'replication',
    'ill',
    /^it says that home is us-west-2 in epoch 1$/,
    only('GetItem', {
      Item: { pk: { S: 'HOME' }, sk: { S: 'HOME' }, region: { S: 'us-west-2' }, epoch: { N: '1' }, at: { N: '1' } },
    }),
  ],
  [
    'sources',
    'ill',
    /^1 of 1 are not enabled: arn:s \(Disabled\)$/,
    only('ListEventSourceMappings', { EventSourceMappings: [{ EventSourceArn: 'arn:s', State: 'Disabled' }] }),
  ],
  [
    'sources',
    'look',
    /^1 of 1 had a problem: arn:s: PROBLEM/,
    only('ListEventSourceMappings', {
      EventSourceMappings: [
        { EventSourceArn: 'arn:s', State: 'Enabled', LastProcessingResult: 'PROBLEM: Function call failed' },
      ],
    }),
  ],
  [
    'queues',
    'look',
    /^dead letters: ledger service-flags-dead \(2\); hoist redrive/,
    only('GetQueueAttributes', { Attributes: { ApproximateNumberOfMessages: '2' } }, 'dead-flags-ledger'),
  ],
  ['caches', 'look', /^1 of 2 caches showed a difference: ledger$/, only('Invoke', { answer: { clean: ['cards'] } })],
  [
    'caches',
    'unknown',
    /^lambda:InvokeFunction of .*reconcile:live is not available: AccessDeniedException$/,
    only('Invoke', refused),
  ],
  ['log-query', 'ill', /^the log does not take the query$/, only('GetQueryResults', { status: 'Failed' })],
])('of %s it says that it is %s: %s', async (check, status, found, overrides) => {
  const { exitCode, findings, of } = await findingsWith(overrides);
  expect(of(check)).toMatchObject({ status, found: expect.stringMatching(found) });
  // One fault is one finding.
  expect(findings.filter((each) => each.status !== 'well')).toHaveLength(1);
  expect(exitCode).toBe({ ill: exitCodes.no, look: exitCodes.ok, unknown: exitCodes.unreachable }[status]);
});

it('says before it looks at anything that the result cannot be kept', async () => {
  await using aws = await standInAws(wellAnswer());
  const { exitCode, stderr } = await doctor('--out', file);
  expect([exitCode, stderr]).toEqual([
    exitCodes.usage,
    expect.stringContaining(`--out is not valid: ${file} is no folder that can be written to`),
  ]);
  expect(aws.asked).toEqual([]);
});

it('makes the folder in which the result is kept', async () => {
  await using _aws = await standInAws(wellAnswer());
  await doctor('--region', 'eu-west-1', '--out', join(folder, 'made', 'here'));
  expect(readdirSync(join(folder, 'made', 'here'))).toHaveLength(1);
});

it.each([
  ['no JSON', '<html>', 'not JSON'],
  ['empty', '', 'not JSON: it is empty, as a file is whose command has failed'],
  ['something else', '{}', 'it is no output deployment'],
  ['all outputs together', JSON.stringify({ deployment: { value: deployment } }), 'it is no output deployment'],
])('names a deployment that is %s by its file, and says how to get one', async (_, text, said) => {
  const wrong = join(folder, 'wrong.json');
  writeFileSync(wrong, text);
  const { exitCode, stderr } = await run(['doctor', '--deployment', wrong]);
  expect(exitCode).toBe(exitCodes.unreadable);
  expect(stderr).toContain(`${wrong} is not valid: `);
  expect(stderr).toContain(said);
  expect(stderr.trim().split('\n')).toHaveLength(2);
  expect(stderr).toContain('hint: Give the output deployment of home');
});

it('says of a deployment that is not there how to get one', async () => {
  const { exitCode, stderr } = await run(['doctor', '--deployment', join(folder, 'none.json')]);
  expect(exitCode).toBe(exitCodes.unreadable);
  expect(stderr).toContain('there is no such file');
  expect(stderr).toContain('hint: Give the output deployment of home');
});

it('says what to do where AWS takes no credentials', async () => {
  await using _aws = await standInAws(
    wellAnswer(() => ({ __type: 'ExpiredTokenException', message: 'it is expired' })),
  );
  const { exitCode, stderr } = await doctor();
  expect(exitCode).toBe(exitCodes.unreachable);
  expect(stderr).toContain('hint: There are no credentials that AWS takes (ExpiredTokenException: it is expired)');
});

it('is told of a region and a service that are not there', async () => {
  await using _aws = await standInAws(wellAnswer());
  const region = await doctor('--region', 'mars-1');
  expect([region.exitCode, region.stderr]).toEqual([
    exitCodes.usage,
    expect.stringContaining('prod has no region mars-1'),
  ]);
  const service = await doctor('--probe', 'nobody');
  expect([service.exitCode, service.stderr]).toEqual([
    exitCodes.usage,
    expect.stringMatching(/no service is called nobody\nhint: Name a service of the topology that is published: [a-z]/),
  ]);
});

it('changes its own flag and no other with --probe, and says why that was refused', async () => {
  const written: unknown[] = [];
  const violations = [{ ruleId: 'FH-APPROVAL-01', severity: 'error', pointer: '', message: 'm', hint: 'h' }];
  const outcome = {
    outcome: 'rejected',
    author: 'AROAEXAMPLE:ada',
    changeId: 'hoist-doctor',
    proposedDigest: 'a'.repeat(64),
    flagKey: 'hoist-doctor-probe',
    actor: 'ada',
    at: 1,
    violations,
  };
  const { of, findings } = await findingsWith(
    ({ action, input }) => {
      if (/Put|Update/.test(action)) {
        written.push(input);
        return {};
      }
      if (action !== 'GetItem' || !JSON.stringify(input).includes('OUTCOME#')) return undefined;
      return { Item: { pk: { S: 'AUTHOR#x' }, sk: { S: 'OUTCOME#x' }, outcome: { S: JSON.stringify(outcome) } } };
    },
    '--probe',
    'cards',
  );
  expect(of('probe')).toMatchObject({
    status: 'look',
    found: expect.stringMatching(/^rejected: FH-APPROVAL-01, [\d.]+ s after/),
  });
  expect(findings.filter(({ check }) => check === 'probe')).toHaveLength(1);
  expect(written).toHaveLength(1);
  expect(JSON.stringify(written)).toMatch(/"TableName":"proposals".*AUTHOR#AROAEXAMPLE:ada.*hoist-doctor-probe/);
});
