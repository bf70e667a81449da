import { exitCodes } from '../lib/exit-codes.ts';
import { type ServedWorld, serveWorld } from './served.ts';

let served: ServedWorld;
beforeAll(async () => {
  served = await serveWorld();
  await served.hoist(['set', 'members.flag', 'off', '--owner', 'team-identity', '--reason', 'To be held']);
});
afterAll(() => served.close());

const stateOf = async (list: 'regions' | 'services', name: string) =>
  (await served.world.topology.latest())[list].find((member) => member.name === name)?.state;
const changing = (variant: string) => ['set', 'members.flag', variant, '--reason', 'To be held', '--json'];
const cachesOf = (stdout: string): number =>
  JSON.parse(stdout).change.progress.reduce((sum: number, { expected }: { expected: number }) => sum + expected, 0);

it('drains a region, so that nothing more is expected of it, and lets it join again', async () => {
  const drained = await served.hoist(['region', 'drain', 'eu-west-1']);
  expect(drained).toMatchObject({ exitCode: exitCodes.ok, stdout: expect.stringMatching(/^eu-west-1 is draining/) });
  expect(cachesOf((await served.hoist(changing('on'))).stdout)).toBe(6);
  const joined = await served.hoist(['region', 'join', 'eu-west-1', '--json']);
  expect(joined.exitCode).toBe(exitCodes.ok);
  expect(JSON.parse(joined.stdout)).toMatchObject({ done: true, state: 'serving' });
  expect(cachesOf((await served.hoist(changing('off'))).stdout)).toBe(9);
});

it('brings a new service in, lets it drain, and brings it back', async () => {
  const add = ['service', 'add', 'passkeys', '--cell', 'cell-1', '--owner', 'team-identity'];
  const added = await served.hoist(add);
  expect(added).toMatchObject({ exitCode: exitCodes.ok, stdout: expect.stringMatching(/^passkeys is serving/) });
  expect(await served.hoist(add)).toMatchObject({ exitCode: exitCodes.ok });
  expect(cachesOf((await served.hoist(changing('on'))).stdout)).toBe(12);
  expect(await served.hoist(['service', 'drain', 'passkeys'])).toMatchObject({ exitCode: exitCodes.ok });
  expect(await stateOf('services', 'passkeys')).toBe('draining');
  expect(await served.hoist(add)).toMatchObject({ exitCode: exitCodes.ok });
  expect(await stateOf('services', 'passkeys')).toBe('serving');
});

it.each([
  ['home', ['region', 'drain', 'us-east-1'], 'it is home or standby'],
  ['what there is not', ['region', 'drain', 'sa-east-1'], 'there is no region sa-east-1'],
  ['a service that there is not', ['service', 'drain', 'mail'], 'there is no service mail'],
  ['a region that is no standby', ['region', 'promote', 'eu-west-1'], 'the topology names us-east-1 and us-west-2'],
])('refuses to touch %s', async (_what, args, message) => {
  const { exitCode, stderr } = await served.hoist(args);
  expect({ exitCode, stderr }).toEqual({ exitCode: exitCodes.no, stderr: expect.stringContaining(message) });
});

it('is for who operates the server alone', async () => {
  const { stdout } = await served.hoist(['token', 'issue', 'ada', '--scopes', 'read,propose']);
  const asAda = { variables: { HOIST_TOKEN: stdout.trim() } };
  expect(await served.hoist(['region', 'drain', 'eu-west-1'], asAda)).toMatchObject({ exitCode: exitCodes.no });
  expect(await stateOf('regions', 'eu-west-1')).toBe('serving');
});

it('makes the standby home, which accepts changes then, and says who did it', async () => {
  const moved = await served.hoist(['region', 'promote', 'us-west-2']);
  expect(moved).toMatchObject({ exitCode: exitCodes.ok, stdout: expect.stringMatching(/^us-west-2 is home; 0 /) });
  expect(await served.hoist(changing('off'))).toMatchObject({ exitCode: exitCodes.ok });
  const { stdout } = await served.hoist(['get', 'members.flag', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ order: { epoch: 2 } });
  await served.pass(10 * 60_000);
  const trail = await served.hoist(['audit', 'search', '--type', 'HomeMoved', '--json']);
  expect(JSON.parse(trail.stdout)).toMatchObject({
    documents: expect.arrayContaining([
      expect.objectContaining({ detail: expect.objectContaining({ from: 'absent', actor: 'local:deployment' }) }),
      expect.objectContaining({ detail: expect.objectContaining({ region: 'us-west-2', actor: 'local:owner' }) }),
    ]),
  });
});
