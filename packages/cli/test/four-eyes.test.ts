import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { exitCodes } from '../lib/exit-codes.ts';
import { type ServedWorld, serveWorld } from './served.ts';

let served: ServedWorld;
beforeAll(async () => {
  served = await serveWorld({ policy: { ...DEFAULT_POLICY, approvalsRequired: 1, approverRoles: ['reviewer'] } });
});
afterAll(() => served.close());

const tokenFor = async (person: string, scopes: string): Promise<Record<string, string>> => {
  const { stdout, exitCode } = await served.hoist(['token', 'issue', person, '--scopes', scopes]);
  expect(exitCode).toBe(exitCodes.ok);
  return { HOIST_TOKEN: stdout.trim() };
};

const wish = ['payments.limit', 'off', '--owner', 'team-identity', '--reason', 'A new limit'];

it('takes a change that two people have seen, and none that one has', async () => {
  const ada = await tokenFor('ada', 'read,propose,kill');
  const ben = await tokenFor('ben', 'read,approve');

  const alone = await served.hoist(['set', ...wish]);
  expect(alone).toMatchObject({ exitCode: exitCodes.no, stderr: expect.stringContaining('hoist token issue') });
  const unseen = await served.hoist(['set', ...wish, '--approved-by', 'ben'], { variables: ada });
  expect(unseen).toMatchObject({ exitCode: exitCodes.rejected, stdout: expect.stringContaining('FH-APPROVE-') });

  const drafted = await served.hoist(['draft', ...wish, '--json'], { variables: ada });
  const { digest, plan } = JSON.parse(drafted.stdout);
  const review = await served.hoist(['review', digest], { variables: ben });
  expect(review.stdout).toContain(`To say yes: hoist approve ${digest} --rules ${plan.rulesVersion}`);
  const approved = await served.hoist(['approve', digest, '--rules', String(plan.rulesVersion)], { variables: ben });
  expect(approved).toMatchObject({ exitCode: exitCodes.ok, stdout: `Approved by ben: ${digest}\n` });
  const own = await served.hoist(['approve', digest, '--rules', '2'], { variables: ada });
  expect(own).toMatchObject({ exitCode: exitCodes.no, stderr: expect.stringContaining('FH_NOT_ALLOWED') });

  const seen = await served.hoist(['set', ...wish, '--approved-by', 'ben', '--for', 'accepted'], { variables: ada });
  expect(seen).toMatchObject({ exitCode: exitCodes.ok });
  const { stdout } = await served.hoist(['get', 'payments.limit', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    madeBy: { actor: 'ada', approvals: [{ actor: 'ben', submitter: 'control-plane' }] },
  });
});

it('lists tokens without showing them, and revokes them', async () => {
  const cara = await tokenFor('cara', 'read');
  const { stdout } = await served.hoist(['token', 'list', '--json']);
  const { tokens } = JSON.parse(stdout);
  expect(stdout).not.toContain(cara['HOIST_TOKEN']?.slice(-20));
  const { id } = tokens.find(({ actor }: { actor: string }) => actor === 'cara');
  expect(await served.hoist(['token', 'revoke', id])).toMatchObject({ exitCode: exitCodes.ok });
  await served.pass(30_000);
  for (const [type, detail] of [
    ['TokenIssued', { tokenId: id, actor: 'owner', holder: 'cara', scopes: ['read'], keyPrefix: '' }],
    ['TokenRevoked', { tokenId: id, actor: 'owner', holder: 'cara' }],
  ] as const) {
    const trail = await served.hoist(['audit', 'search', '--type', type, '--actor', 'owner', '--json']);
    expect(JSON.parse(trail.stdout).documents.at(-1)).toMatchObject({ type, detail });
  }
  expect(await served.hoist(['list'], { variables: cara })).toMatchObject({ exitCode: exitCodes.no });
  expect(await served.hoist(['token'])).toMatchObject({ exitCode: exitCodes.usage });
});

it('breaks a cache for a rehearsal and heals it, for who started the server alone', async () => {
  expect(await served.hoist(['break', 'login', 'eu-west-1', '--fault', 'read-only'])).toMatchObject({
    exitCode: exitCodes.ok,
  });
  await expect(
    served.during(
      served.world.region('eu-west-1').caches.writeManifest('login', { generation: 1, topologyVersion: 1, count: 0 }),
    ),
  ).rejects.toThrow('READONLY');
  expect(await served.hoist(['heal', 'login', 'eu-west-1'])).toMatchObject({ exitCode: exitCodes.ok });
  const stranger = { variables: await tokenFor('ada', 'read,propose') };
  expect(await served.hoist(['break', 'login', 'eu-west-1'], stranger)).toMatchObject({ exitCode: exitCodes.no });
  expect(await served.hoist(['break', 'mail', 'eu-west-1'])).toMatchObject({ exitCode: exitCodes.no });
});
