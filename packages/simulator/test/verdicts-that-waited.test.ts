import { UnavailableError } from '@flaghoist/core/errors';
import { rev } from './support/flags.ts';
import { defaultFlag, startWorld, type TestWorld, type TestWorldOptions } from './support/world.ts';

const REGION = 1;
const SERVICE = 2;

type PortsOf = NonNullable<TestWorldOptions['portsOf']>;

/** The table `changes` answers neither function of rollback for a while. */
const deciderAway = () => {
  let isAway = false;
  const portsOf: PortsOf = (seat, ports) => {
    if (!seat.name.startsWith('rollback.')) return ports;
    const changes = new Proxy((ports as unknown as { changes: object }).changes, {
      get: (target, method) => {
        const own: unknown = Reflect.get(target, method);
        if (typeof own !== 'function') return own;
        if (!isAway) return own.bind(target);
        return async () => {
          throw new UnavailableError('the table `changes`', 'It is away.');
        };
      },
    });
    return { ...ports, changes };
  };
  return {
    portsOf,
    set: (away: boolean): void => {
      isAway = away;
    },
  };
};

const expectAllHold = async (t: TestWorld) => {
  expect(await t.revisions()).toHaveLength(2);
  await t.everyCacheHolds(defaultFlag, rev(2));
  expect(await t.knownGood()).toEqual(rev(2));
};

describe('a cache that fails for 20 s, and a decider that is away from then on', () => {
  it.each([30, 60, 120, 240, 480])('for %d s: nothing that every cache holds is taken back', async (seconds) => {
    const decider = deciderAway();
    const t = await startWorld({ latency: 'modelled', seed: 90 + seconds, regions: 2, portsOf: decider.portsOf });
    await t.verified();
    const { caches } = t.region(REGION);
    caches.breakService(t.service(SERVICE), 'ignores-writes');
    const changeId = await t.propose();
    await t.advance(10_000);
    decider.set(true);
    await t.advance(10_000);
    caches.heal(t.service(SERVICE));
    await t.advance(seconds * 1_000 - 10_000);
    decider.set(false);

    await t.becomes(changeId, 'verified');
    await expectAllHold(t);
    const asked = await t.world.audit.search({ type: 'VerifyRequested' });
    expect(asked.length).toBeLessThan(20);
  });
});
