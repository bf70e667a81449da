import { exitCodes } from '../lib/exit-codes.ts';
import { type ServedWorld, serveWorld } from './served.ts';

let served: ServedWorld;
beforeAll(async () => {
  served = await serveWorld();
});
afterAll(() => served.close());

it('changes a flag at its time, and not before', async () => {
  await served.hoist(['set', 'greeting.new', 'off', '--owner', 'team-identity', '--reason', 'Christmas']);
  const at = new Date(served.scheduler.now() + 10 * 60_000).toISOString().replace(/:\d\d\.\d+Z$/, 'Z');
  const { exitCode, stdout } = await served.hoist([
    'schedule',
    'greeting.new',
    'on',
    '--at',
    at,
    '--reason',
    'Christmas',
  ]);
  expect({ exitCode, stdout }).toEqual({
    exitCode: exitCodes.ok,
    stdout: expect.stringContaining('greeting.new is changed at'),
  });
  // The index that counts what waits follows its table within two seconds.
  await served.pass(3_000);
  expect((await served.hoist(['status'])).stdout).toMatch(/waiting +1 proposal/);
  await served.pass(5 * 60_000);
  expect((await served.hoist(['get', 'greeting.new'])).stdout).toMatch(/serves +off/);
  await served.pass(7 * 60_000);
  expect((await served.hoist(['get', 'greeting.new'])).stdout).toMatch(/serves +on/);
});

it('takes back what waits for its time, for who has scheduled it', async () => {
  const at = new Date(served.scheduler.now() + 30 * 60_000).toISOString().replace(/:\d\d\.\d+Z$/, 'Z');
  const scheduled = await served.hoist(['schedule', 'greeting.new', 'off', '--at', at, '--reason', 'Over', '--json']);
  const { changeId } = JSON.parse(scheduled.stdout);
  const ben = { variables: { HOIST_USER: 'ben' } };
  expect(await served.hoist(['withdraw', changeId], ben)).toMatchObject({ exitCode: exitCodes.no });
  expect(await served.hoist(['withdraw', changeId])).toEqual({
    exitCode: exitCodes.ok,
    stdout: `Withdrawn: ${changeId}. greeting.new stays as it is.\n`,
    stderr: '',
  });
  await served.pass(40 * 60_000);
  expect((await served.hoist(['get', 'greeting.new'])).stdout).toMatch(/serves +on/);
});

it('says of what home has accepted that it is too late', async () => {
  const set = ['set', 'greeting.new', 'off', '--reason', 'Over', '--id', 'too-late-1', '--for', 'accepted'];
  await served.hoist(set);
  const { exitCode, stdout } = await served.hoist(['withdraw', 'too-late-1']);
  expect({ exitCode, stdout }).toEqual({
    exitCode: exitCodes.no,
    stdout: expect.stringContaining('home has accepted it as greeting.new 1.'),
  });
});

it('takes no time that is none', async () => {
  const args = ['schedule', 'greeting.new', 'on', '--at', 'tomorrow', '--reason', 'x'];
  expect(await served.hoist(args)).toMatchObject({ exitCode: exitCodes.usage });
});
