import { needs } from '@flaghoist/tools/needs';
import { liveThrough } from './story.ts';
import { findTools, regions, services, startWorld, topology, type World } from './world.ts';

const { describe, tool } = needs(findTools, process.env);

describe('flags of two regions on an emulator', () => {
  let world: World | undefined;
  let seen: Awaited<ReturnType<typeof liveThrough>>;

  beforeAll(async () => {
    world = await startWorld(tool());
    seen = await liveThrough(world);
  }, 1_800_000);

  afterAll(() => world?.stop());

  it('lets an operator publish the topology', () => {
    expect(seen.published).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(seen.published.stdout)).toEqual({ version: topology.version, transitions: [] });
  });

  it('takes an accepted change to the cache of each service in each region, with its digest', () => {
    const places = regions.flatMap((region) => services.map((service) => `${region} ${service}`));
    expect(Object.keys(seen.loop.inCaches).sort()).toEqual(places.sort());
    expect(new Set(Object.values(seen.loop.inCaches))).toEqual(new Set([seen.loop.envelope?.envelopeDigest]));
  });

  it('proves it in each region, and makes it known good', () => {
    expect(seen.loop.verified.state).toBe('verified');
    expect(seen.loop.knownGood).toMatchObject({ envelopeDigest: seen.loop.envelope?.envelopeDigest });
  });

  it('audits it under the name of the author, who wrote it under a key of her own', () => {
    expect(seen.loop.audited).toMatchObject({ type: 'ChangeVerified', flagKey: 'instant-payments' });
    expect(seen.loop.envelope?.change.actor).toBe(seen.person.session);
  });

  it('is denied nothing on the way', () => {
    expect(seen.denied).toEqual([]);
  });

  it('has nothing to change in a second plan', () => {
    expect(seen.secondPlan).toMatchObject({ exitCode: 0 });
  });

  it('leaves nothing when it is destroyed', () => {
    expect(seen.destroyed).toMatchObject({ exitCode: 0 });
    expect(seen.left.trim()).toBe('');
  });
});
