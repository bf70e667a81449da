import { allLimits, type Limits, noLimits } from '@flaghoist/in-memory/limits';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { embeddedLimits } from '../lib/embedded.ts';
import { type Platform, putOn } from '../lib/platform.ts';
import { timeoutSecondsOf } from '../lib/timeouts.ts';
import type { WorldOptions } from '../lib/world.ts';
import { replacingPort } from './support/seats.ts';
import { startWorld } from './support/world.ts';

type Switches = Partial<Limits>;

/** A function whose port never answers, as when a socket stays open to nobody. */
const hanging = (): WorldOptions['portsOf'] => {
  let hangs = true;
  return replacingPort<{ latest: () => Promise<unknown> }>({ name: 'validator.accept', port: 'topology' }, (real) => ({
    latest: () => {
      if (!hangs) return real.latest();
      hangs = false;
      return new Promise(() => {});
    },
  }));
};

/** Notes how each run of a function ended, in all regions; what never ends is not among them. */
const ending = (name: string) => {
  const ends: string[] = [];
  const instrument: NonNullable<WorldOptions['instrument']> = (of, handler) => {
    if (of !== name) return handler;
    const noted = async (...input: Parameters<typeof handler>): Promise<unknown> => {
      try {
        const result = await handler(...input);
        ends.push('well');
        return result;
      } catch (error) {
        ends.push(String(error));
        throw error;
      }
    };
    return noted as typeof handler;
  };
  return { ends, instrument };
};

const timedOut = `Error: validator.accept timed out after ${timeoutSecondsOf('validator.accept')} s`;

// What hangs is taken up by the sweep a minute later, in both worlds: how the change stands says nothing of the limit.
it.each<[string, Switches, readonly string[]]>([
  ['is stopped when its time is over, and its caller tries again', {}, [timedOut, 'well']],
  ['hangs for ever where nobody stops it', { functionTimeouts: false }, []],
])('a function that hangs %s', async (_what, switches, ends) => {
  const accepting = ending('validator.accept');
  const portsOf = hanging();
  const t = await startWorld({
    seed: 7,
    regions: 2,
    services: 2,
    limits: { ...noLimits, ...{ functionTimeouts: true }, ...switches },
    instrument: accepting.instrument,
    ...(portsOf === undefined ? {} : { portsOf }),
  });
  await t.propose();
  await t.advance(120_000);
  expect(accepting.ends.slice(0, 2)).toEqual(ends);
});

it.each([
  [true, 1],
  [false, 0],
])('a function begins anew now and then: %s', async (coldStarts, atLeast) => {
  let made = 0;
  const create = () => {
    made += 1;
    return async () => {};
  };
  const platform = {
    limits: { ...noLimits, coldStarts },
    chance: new SeededRandom(1),
    portsOf: (_seat: unknown, ports: object) => ports,
    instrument: (_name: string, handler: unknown) => handler,
  } as unknown as Platform;
  const handler = putOn(platform, { name: 'validator.accept', region: 'eu-west-1' })(create, {});
  expect(made).toBe(1);
  for (let call = 0; call < 500; call += 1) await handler();
  expect(made - 1).toBeGreaterThanOrEqual(atLeast);
  expect(made - 1).toBeLessThan(atLeast === 0 ? 1 : 50);
});

it.each([
  [1_000, 'where transactions meet', allLimits],
  // What is full must be empty again a second later there too.
  [600, 'as hoist up plays it', embeddedLimits({ modelled: true })],
])('an import of %d flags loses no expectation though partitions are full, %s', async (flags, _where, limits) => {
  // Without a reconciler: nobody writes a row later on.
  const t = await startWorld({ seed: 9, regions: 1, services: 1, latency: 'modelled', schedules: false, limits });
  const changeIds: string[] = [];
  for (let number = 0; number < flags; number += 1) {
    changeIds.push(await t.propose({ flagKey: `import-${number}`, basedOn: null }));
  }
  await t.advance(60_000);
  const { verification } = t.region(0);
  const ends = new Map<string, number>();
  for (const changeId of changeIds) {
    const { flagKey, order, state } = await t.recordOf(changeId);
    const row = await verification.row({ changeId, flagKey, order });
    const end = `${state}, its row ${row?.answer}`;
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  expect([...ends]).toEqual([['verified, its row consistent', flags]]);
});

it.each([
  ['takes no more than its partition in AWS does where the legs of AWS are modelled', true],
  ['takes what this machine does where they are not', false],
])('one flag %s', async (_what, modelled) => {
  const t = await startWorld({ seed: 9, regions: 1, services: 1, limits: embeddedLimits({ modelled }) });
  for (let number = 0; number < 120; number += 1) {
    await t.propose();
    await t.advance(5);
  }
  expect(t.log.messages('warn').includes('stream record not handled, it comes again')).toBe(modelled);
});
