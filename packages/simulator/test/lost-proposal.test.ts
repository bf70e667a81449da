import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import type { WorldOptions } from '../lib/world.ts';
import { replacingPort } from './support/seats.ts';
import { defaultFlag, startWorld, type TestWorld } from './support/world.ts';

type PortsOf = NonNullable<WorldOptions['portsOf']>;

const MINUTE = 60_000;

/** A port of home's functions that fails as long as the switch is off. */
const away = (port: 'changes' | 'flags' | 'topology') => {
  const state = { away: false };
  const failing =
    <A extends unknown[], R>(call: (...input: A) => Promise<R>) =>
    async (...input: A): Promise<R> => {
      if (state.away) throw new Error(`${port} is away`);
      return call(...input);
    };
  const replaced = ['validator.accept', 'validator.resume'].map((name) => {
    if (port === 'changes')
      return replacingPort<ChangeStore>({ name, port }, (real) => ({
        accept: failing(real.accept.bind(real)),
        refuse: failing(real.refuse.bind(real)),
        outcome: failing(real.outcome.bind(real)),
      }));
    if (port === 'flags')
      return replacingPort<FlagStore>({ name, port }, (real) => ({ current: failing(real.current.bind(real)) }));
    return replacingPort<TopologySource>({ name, port }, (real) => ({ latest: failing(real.latest.bind(real)) }));
  });
  const portsOf: PortsOf = (seat, ports) => replaced.reduce((given, replace) => replace(seat, given), ports);
  return { state, portsOf };
};

const outage = async (port: 'changes' | 'flags' | 'topology') => {
  const { state, portsOf } = away(port);
  const t = await startWorld({ seed: 61, regions: 2, services: 3, portsOf });
  await t.verified();
  return {
    t,
    during: async (ms: number, act: () => Promise<string>): Promise<string> => {
      state.away = true;
      const changeId = await act();
      await t.advance(ms);
      expect(await t.outcome(changeId)).toBeUndefined();
      state.away = false;
      return changeId;
    },
  };
};

const isKilled = async (t: TestWorld): Promise<boolean> => (await t.current())?.flagState === 'killed';

describe('a kill that is proposed while home is in trouble', () => {
  it.each([
    ['changes', 3_000],
    ['flags', 20_000],
    ['topology', 90_000],
    ['changes', 20 * MINUTE],
  ] as const)('is carried out within a minute of its end: %s away for %d ms', async (port, ms) => {
    const { t, during } = await outage(port);
    const kill = await during(ms, () => t.propose({ kind: 'killed' }));
    await t.advance(MINUTE);
    expect(await t.outcome(kill)).toMatchObject({ outcome: 'accepted' });
    expect(await isKilled(t)).toBe(true);
    expect(await t.settled(kill)).toBe('verified');
    expect(await t.revisions()).toHaveLength(2);
  });

  it('is carried out at once when it is proposed again, under the same id', async () => {
    const { state, portsOf } = away('changes');
    const t = await startWorld({ seed: 62, regions: 2, services: 3, portsOf, schedules: false });
    await t.verified();
    state.away = true;
    const parts = {
      kind: 'killed',
      change: { id: 'kill-in-need' },
      proposedAt: t.scheduler.now(),
      basedOn: null,
    } as const;
    await t.propose(parts);
    await t.advance(10_000);
    state.away = false;
    await t.advance(10_000);
    expect(await t.outcome('kill-in-need')).toBeUndefined();
    await t.propose(parts);
    await t.advance(1_000);
    expect(await t.outcome('kill-in-need')).toMatchObject({ outcome: 'accepted' });
  });
});

describe('an update that is proposed while home is in trouble', () => {
  it('is accepted after five minutes', async () => {
    const { t, during } = await outage('changes');
    const update = await during(5 * MINUTE, () => t.propose());
    await t.advance(MINUTE);
    expect(await t.outcome(update)).toMatchObject({ outcome: 'accepted' });
  });

  it('expires by name after twenty, is told so, and its flag stays as it was', async () => {
    const { t, during } = await outage('changes');
    const update = await during(20 * MINUTE, () => t.propose());
    await t.advance(MINUTE);
    expect(await t.standing(update)).toBe('expired');
    expect(await t.current(defaultFlag)).toMatchObject({ revision: 1 });
    expect(await t.story(update)).toEqual(expect.arrayContaining(['ChangeProposed', 'ProposalExpired']));
  });
});

it('a change that the bus never told is concluded, minutes after the bus is back', async () => {
  const t = await startWorld({ seed: 63, regions: 2, services: 3 });
  await t.verified();
  t.region(1).caches.breakService(t.service(2), 'unreachable');
  t.region(0).bus.takeDown();
  const changeId = await t.propose();
  await t.advance(10 * MINUTE);
  expect(await t.standing(changeId)).toBe('accepted');
  t.region(0).bus.bringUp();
  await t.advance(3 * MINUTE);
  expect(await t.standing(changeId)).toBe('unverified');
});
