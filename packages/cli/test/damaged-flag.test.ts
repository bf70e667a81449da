import { CURRENT_SK, flagPk, revisionSk } from '@flaghoist/core/storage/keys';
import { type ServedWorld, serveWorld } from './served.ts';

let served: ServedWorld;
beforeAll(async () => {
  served = await serveWorld();
  for (const flagKey of ['damage.one', 'damage.two'])
    await served.hoist(['set', flagKey, 'on', '--owner', 'team-identity', '--reason', 'New form']);
  const { home } = served.world;
  const { flags } = served.world.region(home.region);
  // Both: home puts a CURRENT right that is not its revision.
  for (const sk of [revisionSk({ epoch: 1, revision: 1 }), CURRENT_SK]) {
    const item = flags.get(flagPk('damage.one'), sk);
    if (item === undefined) throw new Error('there is no flag to damage');
    await flags.commit({ put: JSON.parse(JSON.stringify(item).replaceAll('team-identity', 'team-mallory')) });
  }
  await served.pass(3_000);
});
afterAll(() => served.close());

it.each(['list', 'export'])(
  '%s names a flag whose bytes were altered, shows the others, and does not end well',
  async (command) => {
    const { exitCode, stdout, stderr } = await served.hoist([command]);
    expect([exitCode, stdout, stderr]).toEqual([
      66,
      expect.stringContaining('damage.two'),
      expect.stringContaining('error FH_DIGEST_MISMATCH: damage.one is left out: '),
    ]);
    expect(stdout).not.toContain('damage.one');
    const json = await served.hoist([command, '--json']);
    expect([json.exitCode, JSON.parse(json.stdout)]).toMatchObject([66, { damaged: [{ flagKey: 'damage.one' }] }]);
  },
);
