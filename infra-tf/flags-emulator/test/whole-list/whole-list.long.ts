import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { findTerraform } from '@flaghoist/tools/find-terraform';
import { needs } from '@flaghoist/tools/needs';
import { judgeLoop } from '../judge-loop.ts';
import { WHAT_IS_MODELLED } from '../measured.ts';
import { third, threeByFour } from '../topology.ts';
import { findTools, startWorld, type World } from '../world.ts';
import { liveThroughAll } from './lived.ts';

const { describe, tool } = needs(findTools, process.env);

const lines = (text: string): readonly string[] => text.split('\n').map((line) => line.trim());

/** For `pnpm tell-result`. */
const leaveResult = (result: object): void => {
  const dist = join(__dirname, '..', '..', 'dist');
  mkdirSync(dist, { recursive: true });
  writeFileSync(join(dist, 'whole-list.json'), JSON.stringify(result, undefined, 2));
};

describe('flags of three regions on an emulator, by the commands of docs/deploy.md', () => {
  let world: World | undefined;
  let seen: Awaited<ReturnType<typeof liveThroughAll>>;

  beforeAll(async () => {
    const before = loadavg()[0]?.toFixed(1);
    world = await startWorld(tool(), threeByFour);
    seen = await liveThroughAll(world);
    const { stages, measured } = seen;
    const versions = [
      `Terraform ${findTerraform(process.env).version}`,
      `Redis ${tool().redis.version}`,
      `Node ${process.versions.node}`,
    ];
    const load = `${before} at the beginning and ${loadavg()[0]?.toFixed(1)} at the end`;
    leaveResult({ stages, measured, versions, load, modelled: WHAT_IS_MODELLED });
  }, 7_200_000);

  afterAll(() => world?.stop());

  it('makes the stacks of a new environment wave by wave, home first', () => {
    expect(lines(seen.created).filter((line) => /^\d\/\d /.test(line))).toEqual([
      '1/4 foundation: 1 state',
      '2/4 foundations: 1 state',
      '3/4 global: 1 state',
      '4/4 joining: 2 states',
    ]);
    expect(lines(seen.created)).toContain('emulated: 5 applied, 0 as they are, 0 failed, 0 not begun');
  });

  it('makes a region home once there is a topology, by the role that promotes', () => {
    expect(seen.published).toContain('No region accepts changes yet.');
    expect(seen.begun).toContain('is home in epoch 1');
  });

  it('lets a service and a region join, and serve once their caches are filled', () => {
    const { joined, served } = seen.came;
    expect(lines(joined)).toEqual(
      expect.arrayContaining([`region ${third}: absent → joining`, 'service search: absent → joining']),
    );
    expect(lines(served)).toEqual(
      expect.arrayContaining([`region ${third}: joining → serving`, 'service search: joining → serving']),
    );
  });

  judgeLoop(() => seen);

  it('says unverified of a change that a silent region has not proven, and verified by itself once it is back', async () => {
    const { whileSilent, back } = await seen.away;
    expect(whileSilent.unverified?.silentRegions).toEqual([third]);
    expect(back.state).toBe('verified');
  });

  it.each(['there', 'back'] as const)(
    'takes no change back while a release goes %s, with one change a second',
    async (way) => {
      const { applied, ends } = (await seen.released)[way];
      // Where a release takes longer than a round of all flags, the author overtakes himself: he is told of the conflict.
      const good = ['verified', 'superseded', 'conflict'];
      expect(Object.keys(ends).filter((state) => !good.includes(state))).toEqual([]);
      expect(ends['verified']).toBeGreaterThan(20);
      expect(lines(applied)).toContain('done');
    },
  );

  it('makes the standby home, which accepts, and home again', async () => {
    const { moved, accepted, back, again } = await seen.promoted;
    expect(moved).toMatch(/^eu-west-1 is home in epoch 2:/m);
    expect(back).toMatch(/^us-east-1 is home in epoch 3:/m);
    expect([accepted.order.epoch, again.order.epoch]).toEqual([2, 3]);
  });

  it('is well by the words of hoist doctor, but for a quota that the emulator does not have', async () => {
    expect((await seen.ill).filter((check) => check !== 'quota')).toEqual([]);
  });

  it('expects nothing of what drains, although its region is away, and takes its resources down', async () => {
    const { verified, removed, refused, took, forgotten } = await seen.went;
    expect(verified.order.revision).toBe(1);
    expect(lines(removed)).toContain('done');
    expect(refused).toContain('would be destroyed: allow it with --allow-destroy');
    expect(lines(took)).toContain('done');
    expect(lines(forgotten)).toEqual(
      expect.arrayContaining([`region ${third}: draining → absent`, 'service search: draining → absent']),
    );
  });

  it('leaves nothing when the environment goes', async () => {
    await seen.destroyed;
    expect(seen.left.trim()).toBe('');
  });
});
