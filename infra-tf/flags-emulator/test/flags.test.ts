import { needs } from '@flaghoist/tools/needs';
import { judgeLoop } from './judge-loop.ts';
import { liveThrough } from './story.ts';
import { twoByFour } from './topology.ts';
import { findTools, startWorld, type World } from './world.ts';

const { describe, tool } = needs(findTools, process.env);

describe('flags of two regions on an emulator', () => {
  let world: World | undefined;
  let seen: Awaited<ReturnType<typeof liveThrough>>;

  beforeAll(async () => {
    world = await startWorld(tool(), twoByFour);
    seen = await liveThrough(world);
  }, 3_600_000);

  afterAll(() => world?.stop());

  it('lets an operator publish the topology', () => {
    expect(seen.published).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(seen.published.stdout)).toEqual({
      version: twoByFour.version,
      transitions: [],
      promotionDue: true,
      warnings: [],
    });
  });

  it('lets who promotes, and no operator, make the first region home', () => {
    expect(JSON.parse(seen.first.stdout)).toMatchObject({ region: twoByFour.home, epoch: 1, revisions: 0 });
  });

  judgeLoop(() => seen);

  it('lets the role of the doctor ask all that it asks', async () => {
    expect((await seen.looked).filter(({ status }) => status === 'unknown')).toEqual([]);
  });

  it('has nothing to change in second plans, but for what the emulator does not keep', async () => {
    expect(await seen.secondPlans).toEqual({ changes: [], needless: [] });
  });

  it('leaves nothing when it is destroyed', async () => {
    await seen.destroyed;
    expect(seen.left.trim()).toBe('');
  });
});
