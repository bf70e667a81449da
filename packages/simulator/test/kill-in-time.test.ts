import type { ChangeTopic } from '@flaghoist/core/ports/change-topic';
import { keyOfProposal } from '@flaghoist/core/storage/proposal-items';
import { principalOf } from '../lib/home.ts';
import { replacingPort } from './support/seats.ts';
import { startWorld, type TestWorld } from './support/world.ts';

const KILLED_WITHIN_MS = 2_000;
const SECOND = 1_000;

const start = (seed: number, options: Parameters<typeof startWorld>[0] = {}): Promise<TestWorld> =>
  startWorld({ seed, regions: 2, services: 3, latency: 'modelled', ...options });

/** Somebody changes another flag so many times a second, without ever looking what became of it. */
const noise = async (t: TestWorld, flagKey: string, perSecond: number, seconds: number): Promise<void> => {
  for (let n = 0; n < perSecond * seconds; n += 1) {
    await t.propose({ flagKey });
    await t.advance(SECOND / perSecond);
  }
};

/** @returns how long after its proposal a kill was accepted */
const killed = async (t: TestWorld, flagKey: string): Promise<number> => {
  const proposedAt = t.scheduler.now();
  const changeId = await t.propose({ flagKey, kind: 'killed' });
  await t.until('the kill has its outcome', async () => (await t.outcome(changeId)) !== undefined, 10);
  const { acceptedAt } = await t.recordOf(changeId);
  expect(await t.current(flagKey)).toMatchObject({ flagState: 'killed' });
  return acceptedAt - proposedAt;
};

describe('a kill is accepted within two seconds of its proposal', () => {
  it('while the home bus is down and other flags are changed', async () => {
    const t = await start(71);
    const flags = ['kill-me', 'and-me', 'me-too', 'last-one'];
    for (const flagKey of [...flags, 'other']) await t.verified({ flagKey });
    t.region(0).bus.takeDown();
    await noise(t, 'other', 1, 20);
    for (const flagKey of flags) expect(await killed(t, flagKey)).toBeLessThan(KILLED_WITHIN_MS);
  });

  it.each([74])("while one region's topic swallows requests (seed %d)", async (seed) => {
    const swallowing = replacingPort<ChangeTopic>({ name: 'validator.accept', port: 'topic' }, (real) => ({
      publish: (region, envelope) => (region === 'us-east-2' ? new Promise(() => {}) : real.publish(region, envelope)),
    }));
    const t = await start(seed, { portsOf: swallowing });
    await t.verified({ flagKey: 'kill-me' });
    await t.verified({ flagKey: 'other' });
    await noise(t, 'other', 20, 5);
    expect(await killed(t, 'kill-me')).toBeLessThan(KILLED_WITHIN_MS);
  });

  it.each([77])('while another flag is changed a hundred times a second (seed %d)', async (seed) => {
    const t = await start(seed);
    await t.verified({ flagKey: 'kill-me' });
    await t.verified({ flagKey: 'other' });
    await noise(t, 'other', 100, 3);
    expect(await killed(t, 'kill-me')).toBeLessThan(KILLED_WITHIN_MS);
  });

  it.each([80, 81])('while the batch holds poison (seed %d)', async (seed) => {
    const t = await start(seed);
    await t.verified({ flagKey: 'kill-me' });
    const { proposalsTable } = t.world.home;
    for (let n = 0; n < 40; n += 1) {
      const key = keyOfProposal({
        author: principalOf(`author-${n % 7}`),
        changeId: n % 2 === 0 ? `poison-${n}` : '?!',
      });
      proposalsTable.put({
        ...key,
        proposal: n % 3 === 0 ? '{' : '{"flagKey":"kill-me","kind":"killed"}',
        pending: '1',
      });
    }
    expect(await killed(t, 'kill-me')).toBeLessThan(KILLED_WITHIN_MS);
  });
});
