import { needs } from '@flaghoist/tools/needs';
import { liveThrough } from './story.ts';
import { regions, services, topology } from './topology.ts';
import { findTools, startWorld, type World } from './world.ts';

const { describe, tool } = needs(findTools, process.env);

describe('flags of two regions on an emulator', () => {
  let world: World | undefined;
  let seen: Awaited<ReturnType<typeof liveThrough>>;

  beforeAll(async () => {
    world = await startWorld(tool());
    seen = await liveThrough(world);
  }, 3_600_000);

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

  it('audits it, although the index was away all the time, under the name of its author', async () => {
    const { accepted, verified, swept } = await seen.audited;
    expect([accepted.type, verified.type]).toEqual(['ChangeAccepted', 'ChangeVerified']);
    expect(accepted.detail).toMatchObject({ actor: seen.person.session });
    expect(swept).toMatchObject({ missing: 0, chainBreaks: [] });
  });

  describe('what goes wrong', () => {
    it('rejects what breaks a rule, and does nothing but say so', async () => {
      const { outcome, current } = await seen.rejected;
      expect(outcome).toMatchObject({ outcome: 'rejected' });
      expect(current).toBeNull();
    });

    it.each(['aroundHome', 'aroundReplica'] as const)('puts back a CURRENT that was written %s', async (place) => {
      const { current, order, intruder } = await seen[place];
      expect(current).toMatchObject(order);
      expect(intruder.detail).toMatchObject({ reason: 'not-accepted' });
    });

    it('fills a cache that lost everything, and proves the next change in it', async () => {
      const { verified } = await seen.lost;
      expect(verified.state).toBe('verified');
    });

    it('mends a field of a cache that became something else', async () => {
      const { before, corrupted, after } = await seen.corrupt;
      expect(corrupted).not.toBe(before);
      expect(after).toBe(before);
    });

    it('takes back in every cache what one of them does not hold, and names it', async () => {
      const { service, record } = await seen.takenBack;
      expect(record).toMatchObject({ state: 'rolled-back', blame: { region: topology.standby, services: [service] } });
    });

    it('gives up a message that nobody can read, alone', async () => {
      const { letters } = await seen.poison;
      expect(letters).toBe(1);
    });

    it('kills a flag in every cache while the bus is away, and proves and tells it once the bus is back', async () => {
      const { whileAway, verified, audited } = await seen.kill;
      expect(whileAway?.state).toBe('accepted');
      expect(verified.state).toBe('verified');
      expect(audited.type).toBe('ChangeAccepted');
    });
  });

  it('lets an author propose under her own key, and nothing else', async () => {
    const answers = await seen.adversary;
    expect(Object.keys(answers)).toHaveLength(7);
    expect([...new Set(Object.values(answers))]).toEqual(['AccessDeniedException']);
  });

  it('grants each function what it uses, and what is listed with a reason', () => {
    expect(seen.privileges.unreasoned).toEqual([]);
    expect(seen.privileges.needless).toEqual([]);
  });

  it('denies nobody on the way but the author who tried', () => {
    expect(seen.denied.filter(({ role }) => !seen.author.endsWith(`/${role}`))).toEqual([]);
  });

  it('has nothing to change in second plans, but for what the emulator does not keep', async () => {
    expect(await seen.secondPlans).toEqual({ changes: [], needless: [] });
  });

  it('leaves nothing when it is destroyed', async () => {
    await seen.destroyed;
    expect(seen.left.trim()).toBe('');
  });
});
