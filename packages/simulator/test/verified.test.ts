import { rev } from './support/flags.ts';
import { defaultFlag, startWorld } from './support/world.ts';

describe('a change that every cache takes', () => {
  it.each(['none', 'modelled'] as const)('is verified and known good, latency %s', async (latency) => {
    const t = await startWorld({ latency, seed: 11 });
    const changeId = await t.propose();
    expect(await t.settled(changeId)).toBe('verified');

    await t.everyCacheHolds(defaultFlag, rev(1));
    expect(await t.knownGood()).toEqual(rev(1));
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
  });
});
