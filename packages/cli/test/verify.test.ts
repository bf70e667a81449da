import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toDynamo } from '@flaghoist/adapters/dynamo-attributes';
import type { ChangeRecord, ChangeState } from '@flaghoist/core/change';
import type { Proof } from '@flaghoist/core/proof';
import { proofItem, recordItem } from '@flaghoist/core/storage/change-items';
import { exitCodes } from '../lib/exit-codes.ts';
import { deployment, standInAws, wellAnswer } from './aws-stand-in.ts';
import { run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'hoist-verify-'));
const file = join(folder, 'deployment.json');
writeFileSync(file, JSON.stringify(deployment));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  'new-checkout@seven',
  'new-checkout@1.0',
  'new-checkout@0.1',
  'new-checkout@1',
  'new-checkout@',
  '@1.2',
  'a b',
  '',
])('takes %j for no change', async (text) => {
  const { exitCode, stderr } = await run(['verify', text, '--deployment', file]);
  expect([exitCode, stderr]).toEqual([
    exitCodes.usage,
    expect.stringContaining(`${JSON.stringify(text)} names no change`),
  ]);
});

it('says that home has no such change', async () => {
  await using _aws = await standInAws(wellAnswer());
  const { exitCode, stderr } = await run(['verify', 'new-checkout@1.7', '--deployment', file]);
  expect([exitCode, stderr]).toEqual([exitCodes.no, expect.stringContaining('home has no change 1.7 of new-checkout')]);
});

const record = {
  changeId: 'c-7',
  flagKey: 'new-checkout',
  order: { epoch: 2, revision: 7 },
  kind: 'updated',
  flagState: 'live',
  state: 'accepted',
  envelopeDigest: 'a'.repeat(64),
  documentDigest: 'b'.repeat(64),
  regions: ['us-east-1', 'eu-west-1'],
  topologyVersion: 3,
  acceptedAt: 1,
} as const satisfies ChangeRecord;

const proofOf = (region: string, verdict: Proof['verdict'], services: readonly string[] = []): Proof => ({
  region,
  verdict,
  services,
  degraded: [],
  look: 1,
  seenAt: 2,
  holding: 1,
  refusing: [],
});

/** A change that eu-west-1 has not proven; it answers once its workflow was started. */
const verifying = async (ends: ChangeState, ...more: readonly string[]) => {
  let started = false;
  const other =
    ends === 'verified' ? proofOf('eu-west-1', 'consistent') : proofOf('eu-west-1', 'inconsistent', ['cards']);
  await using aws = await standInAws(
    wellAnswer(({ action, input }) => {
      const text = JSON.stringify(input);
      if (action === 'StartExecution') {
        started = true;
        return { executionArn: 'arn', startDate: 1 };
      }
      if (action === 'GetItem' && text.includes('"changes"')) {
        return { Item: toDynamo(recordItem({ ...record, state: started ? ends : 'accepted' })) };
      }
      if (action !== 'Query' || !text.includes('PROOF#')) return undefined;
      const proofs = [proofOf('us-east-1', 'consistent'), ...(started ? [other] : [])];
      return { Items: proofs.map((proof) => toDynamo(proofItem(record, proof))) };
    }),
  );
  const ran = await run(['verify', 'new-checkout@2.7', '--deployment', file, ...more]);
  return { ...ran, starts: aws.asked.filter(({ action }) => action === 'StartExecution') };
};

it('starts the workflow of the region that has not proven the change, and follows it to verified', async () => {
  const { exitCode, stdout, stderr, starts } = await verifying('verified');
  expect([exitCode, stdout]).toEqual([exitCodes.ok, 'new-checkout@2.7 (c-7): verified\n']);
  expect(stderr).toBe('us-east-1: consistent\neu-west-1: consistent\n');
  expect(starts).toHaveLength(1);
  const [{ region, input }] = starts as unknown as [{ region: string; input: Record<string, unknown> }];
  expect([region, input['stateMachineArn']]).toEqual([
    'eu-west-1',
    'arn:aws:states:eu-west-1:123456789012:stateMachine:verify',
  ]);
  const change = { changeId: 'c-7', flagKey: 'new-checkout', order: record.order };
  const detail = { region: 'eu-west-1', changeIds: ['c-7'], changes: [change] };
  // What EventBridge hands to the workflow, so that one definition takes both.
  expect(JSON.parse(String(input['input']))).toEqual({ detail: { detail } });
});

it.each([
  ['rolled-back', 12],
  ['unverified', 13],
  ['held', 14],
  ['superseded', 15],
] as const)('ends with the code of a change that is %s', async (ends, code) => {
  const { exitCode, stdout } = await verifying(ends, '--json', '--wait', '1');
  expect(exitCode).toBe(code);
  expect(JSON.parse(stdout)).toMatchObject({ state: ends, asked: ['eu-west-1'], unproven: ['eu-west-1'] });
});
