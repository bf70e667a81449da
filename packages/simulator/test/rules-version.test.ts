import type { WorldOptions } from '../lib/world.ts';
import { rev } from './support/flags.ts';
import { defaultFlag, startWorld, type TestWorld } from './support/world.ts';

// Of all functions: home accepts by it, and a region that is told nothing else knows it.
jest.mock('@flaghoist/rules/version', () => {
  const release = { version: 1 };
  return {
    release,
    get RULES_VERSION() {
      return release.version;
    },
  };
});
const { release } = jest.requireMock<{ release: { version: number } }>('@flaghoist/rules/version');

const late = 'us-west-2';

/** A world under version 1 of the rules, whose late region has what the test says. */
const startWorldUnder = async (seed: number) => {
  release.version = 1;
  let known = 1;
  const portsOf: NonNullable<WorldOptions['portsOf']> = (seat, ports) =>
    seat.region !== late
      ? ports
      : {
          ...ports,
          get rulesVersion() {
            return known;
          },
        };
  const t = await startWorld({ seed, latency: 'modelled', portsOf, schedules: false });
  await t.verified();
  return {
    t,
    /** Gives all regions but the late one, and home, this version. */
    release: (version: number) => {
      release.version = version;
    },
    releaseLate: (version: number) => {
      known = version;
    },
  };
};

const versionOf = async (t: TestWorld, revision: number) => (await t.revision(defaultFlag, rev(revision))).rulesVersion;

const refusalsOf = async (t: TestWorld, changeId: string) =>
  (await t.world.audit.search({ changeId, type: 'ChangeRejected' })).map(({ region, detail }) => [
    region,
    detail['reason'],
  ]);

describe('a release of the rules', () => {
  it('takes nothing back while one region does not have it: home accepts under what all of them have', async () => {
    const { t, release: releaseTo } = await startWorldUnder(81);
    releaseTo(2);
    for (const revision of [2, 3]) {
      const { changeId } = await t.verified();
      expect(await versionOf(t, revision)).toBe(1);
      expect(await refusalsOf(t, changeId)).toEqual([]);
    }
  });

  it('is what home accepts under as soon as every region has said that it has it', async () => {
    const { t, release: releaseTo, releaseLate } = await startWorldUnder(82);
    releaseTo(2);
    releaseLate(2);
    // Regions say so with what comes next.
    await t.verified();
    await t.advance(5_000);
    await t.verified();
    expect(await versionOf(t, 2)).toBe(1);
    expect(await versionOf(t, 3)).toBe(2);
  });

  it('is taken back by home and then by the regions without reverting a change', async () => {
    const { t, release: releaseTo, releaseLate } = await startWorldUnder(83);
    releaseTo(2);
    releaseLate(2);
    await t.verified();
    await t.advance(5_000);
    await t.verified();
    releaseTo(1);
    await t.verified();
    releaseLate(1);
    await t.verified();
    expect(await Promise.all([3, 4, 5].map((revision) => versionOf(t, revision)))).toEqual([2, 1, 1]);
  });
});

describe('a region that went back to older rules before home did', () => {
  const startWrongWay = async (seed: number) => {
    const { t, release: releaseTo, releaseLate } = await startWorldUnder(seed);
    releaseTo(2);
    releaseLate(2);
    await t.verified();
    await t.advance(5_000);
    releaseLate(1);
    return { t, releaseLate };
  };

  it('waits for its update, and verifies the change when that comes within the grace', async () => {
    const { t, releaseLate } = await startWrongWay(84);
    const changeId = await t.propose();
    await t.advance(5_000);
    expect(await t.standing(changeId)).toBe('accepted');
    releaseLate(2);
    expect(await t.settled(changeId)).toBe('verified');
    await t.everyCacheHolds(defaultFlag, rev(3));
    expect(await refusalsOf(t, changeId)).toEqual([]);
  });

  it('refuses the change after it, and it is taken back everywhere by a revert that the region knows', async () => {
    const { t } = await startWrongWay(85);
    const changeId = await t.propose();

    expect(await t.settled(changeId)).toBe('rolled-back');
    const record = await t.recordOf(changeId);
    expect((record.decidedAt ?? 0) - record.acceptedAt).toBeGreaterThanOrEqual(10_000);
    expect(record.blame?.region).toBe(late);
    expect([await versionOf(t, 3), await versionOf(t, 4)]).toEqual([2, 1]);
    expect((await t.settledAt(defaultFlag, rev(4))).state).toBe('verified');
    await t.everyCacheHolds(defaultFlag, rev(4));
    await t.advance(5_000);
    expect(await refusalsOf(t, changeId)).toEqual([[late, 'rules-version']]);
  });

  it('does not stop a kill: it is judged by the rules that its document was accepted under', async () => {
    const { t } = await startWrongWay(86);
    await t.verified({ kind: 'killed' });
    await t.everyCacheHolds(defaultFlag, rev(3));
  });
});
