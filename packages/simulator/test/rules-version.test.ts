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

/** A world in which a newer release is on its way: one region has it later than the others. */
const startRelease = async (seed: number) => {
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
  release.version = 2;
  return {
    t,
    update: () => {
      known = 2;
    },
  };
};

const refusalsOf = async (t: TestWorld, changeId: string) =>
  (await t.world.audit.search({ changeId, type: 'ChangeRejected' })).map(({ region, detail }) => [
    region,
    detail['reason'],
  ]);

describe('a change that was accepted by newer rules than one region has', () => {
  it('waits for the region, and is verified when that is updated within the grace', async () => {
    const { t, update } = await startRelease(81);
    const changeId = await t.propose();
    await t.advance(5_000);
    expect(await t.standing(changeId)).toBe('accepted');
    update();
    expect(await t.settled(changeId)).toBe('verified');
    await t.everyCacheHolds(defaultFlag, rev(2));
    expect(await refusalsOf(t, changeId)).toEqual([]);
  });

  it('is refused by the region after it, and taken back everywhere by a revert that the region knows', async () => {
    const { t } = await startRelease(82);
    const changeId = await t.propose();

    expect(await t.settled(changeId)).toBe('rolled-back');
    const record = await t.recordOf(changeId);
    expect((record.decidedAt ?? 0) - record.acceptedAt).toBeGreaterThanOrEqual(10_000);
    expect(record.blame?.region).toBe(late);
    expect((await t.revision(defaultFlag, rev(2))).rulesVersion).toBe(2);
    expect((await t.revision(defaultFlag, rev(3))).rulesVersion).toBe(1);
    expect((await t.settledAt(defaultFlag, rev(3))).state).toBe('verified');
    await t.everyCacheHolds(defaultFlag, rev(3));
    await t.advance(5_000);
    expect(await refusalsOf(t, changeId)).toEqual([[late, 'rules-version']]);
  });

  it('may be killed at once: a kill is judged by the rules that its document was accepted under', async () => {
    const { t } = await startRelease(83);
    await t.verified({ kind: 'killed' });
    await t.everyCacheHolds(defaultFlag, rev(2));
  });
});
