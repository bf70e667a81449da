import type { ChangeKey, ChangeRecord, ChangeState } from '@flaghoist/core/change';
import type { Proof } from '@flaghoist/core/proof';
import { type VerifyPorts, verifyChange } from '../lib/verify-change.ts';

const order = { epoch: 1, revision: 7 };
const proofOf = (region: string, verdict: Proof['verdict'], seenAt = 1): Proof => ({
  region,
  verdict,
  services: [],
  degraded: [],
  look: 1,
  seenAt,
  holding: 2,
  refusing: [],
});

/** A change that one region has proven. Each answer that is asked for comes after so many seconds. */
const world = (state: ChangeState, { answersAfter = 2, ends = 'verified' as ChangeState } = {}) => {
  let now = 0;
  const record = {
    changeId: 'c-7',
    flagKey: 'alpha',
    order,
    state,
    regions: ['home', 'other'],
  } as unknown as ChangeRecord;
  const asked: string[] = [];
  const ports: VerifyPorts = {
    flags: { current: async () => ({ order }) as never },
    changes: {
      record: async (flagKey, { revision }) => {
        if (flagKey !== 'alpha' || revision !== 7) return undefined;
        return asked.length > 0 && now >= answersAfter * 1000 ? { ...record, state: ends } : record;
      },
      proofs: async () =>
        asked.length > 0 && now >= answersAfter * 1000
          ? [proofOf('home', 'consistent'), proofOf('other', ends === 'verified' ? 'consistent' : 'inconsistent', 2)]
          : [proofOf('home', 'consistent')],
    },
    ask: async (region, key) => {
      expect(key).toEqual({ changeId: 'c-7', flagKey: 'alpha', order });
      asked.push(region);
    },
    clock: {
      now: () => now,
      sleep: async (ms) => {
        now += ms;
      },
    },
  };
  return { ports, asked, now: () => now };
};

it.each(['accepted', 'unverified'] as const)(
  'asks the regions that have not proven an %s change, until its verdict',
  async (state) => {
    const { ports, asked, now } = world(state);
    const heard: string[] = [];
    const onProof = ({ region, verdict }: Proof) => void heard.push(`${region} ${verdict}`);
    const followed = await verifyChange({ flagKey: 'alpha', waitMs: 60_000, onProof }, ports);
    expect(followed).toMatchObject({ state: 'verified', asked: ['other'], unproven: [], order });
    expect(asked).toEqual(['other']);
    expect(heard).toEqual(['home consistent', 'other consistent']);
    expect(now()).toBe(2_000);
  },
);

it('asks the others where a region is out of reach, and names it', async () => {
  const { ports, asked } = world('accepted');
  const changes = {
    ...ports.changes,
    proofs: async (key: ChangeKey) => (asked.length > 0 ? ports.changes.proofs(key) : []),
  };
  const ask: VerifyPorts['ask'] = async (region, key) => {
    if (region === 'home') throw new Error('out of reach');
    await ports.ask(region, key);
  };
  const followed = await verifyChange({ flagKey: 'alpha', waitMs: 60_000 }, { ...ports, changes, ask });
  expect(followed).toMatchObject({ state: 'verified', asked: ['home', 'other'], unreachable: ['home'], unproven: [] });
  expect(asked).toEqual(['other']);
});

it('says how it ended otherwise, and who has not proven it', async () => {
  const { ports } = world('accepted', { ends: 'rolled-back' });
  expect(await verifyChange({ flagKey: 'alpha', order, waitMs: 60_000 }, ports)).toMatchObject({
    state: 'rolled-back',
    unproven: ['other'],
  });
});

it('asks nobody about what is decided', async () => {
  const { ports, asked } = world('held');
  expect((await verifyChange({ flagKey: 'alpha', waitMs: 60_000 }, ports)).state).toBe('held');
  expect(asked).toEqual([]);
});

it('ends after a while where nobody answers', async () => {
  const { ports, now } = world('accepted', { answersAfter: 1_000 });
  expect(await verifyChange({ flagKey: 'alpha', waitMs: 5_000 }, ports)).toMatchObject({
    state: 'accepted',
    unproven: ['other'],
  });
  expect(now()).toBe(5_000);
});

it('refuses a change that home does not have', async () => {
  const { ports } = world('accepted');
  await expect(verifyChange({ flagKey: 'beta', waitMs: 1 }, ports)).rejects.toThrow('home has no change of beta');
  await expect(verifyChange({ flagKey: 'alpha', order: { epoch: 1, revision: 8 }, waitMs: 1 }, ports)).rejects.toThrow(
    'home has no change 1.8 of alpha',
  );
});
