import { wavesOf } from '@flaghoist/waves/order';
import type { Part } from '@flaghoist/waves/part';
import type { WorldOptions } from '../lib/world.ts';
import { moveHome } from './support/home-move.ts';
import { startWorld, type TestWorld } from './support/world.ts';

// What home accepts by, and what a region has that is told nothing else.
jest.mock('@flaghoist/rules/version', () => {
  const release = { version: 1 };
  return {
    release,
    get RULES_VERSION() {
      return release.version;
    },
  };
});
const { release: accepting } = jest.requireMock<{ release: { version: number } }>('@flaghoist/rules/version');

/** From one part that is applied to the next: longer than a region waits for an update of its own. */
const PART_MS = 12_000;
/** Between two functions of one apply. */
const ONE_APPLY_MS = 5_000;
const CHANGE_MS = 1_000;
/** So many that each change stands for itself: a later one of the same flag would prove it before it is refused. */
const flags = Array.from({ length: 24 }, (_, index) => `release-flag-${index + 1}`);
const AFTERWARDS_MS = 120_000;

const ordersOf = ({ regions }: TestWorld, accepting: string) => {
  const [home = '', standby, pilot] = regions;
  const layout = { home, standby, accepting, regions, draining: [], pilot };
  // Foundations and tables have no functions.
  const functions = (direction: 'forward' | 'back'): readonly Part[] =>
    wavesOf(layout, () => true, direction)
      .flatMap(({ lanes }) => lanes.flat())
      .filter(({ stack }) => stack === 'flags-region');
  return { forward: functions('forward'), back: functions('back') };
};

/** A store in which every region seems to have what home has. */
const unasked = <T>(flags: T): T =>
  new Proxy(flags as object, {
    get(target, name) {
      if (name === 'rulesVersion') return async () => accepting.version;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  }) as T;

/**
 * A world under version 1 of the rules. What is applied has another one from then on, while somebody changes a flag every second.
 * @param moved whether the standby was made home before
 * @param asks whether home accepts under what the regions have reported
 */
const startRelease = async (seed: number, { asks = true, moved = false } = {}) => {
  accepting.version = 1;
  const versions = new Map<string, number>();
  const portsOf: NonNullable<WorldOptions['portsOf']> = ({ name, region }, ports) => {
    if (name === 'validator.accept')
      return asks || !('flags' in ports) ? ports : { ...ports, flags: unasked(ports.flags) };
    return {
      ...ports,
      get rulesVersion() {
        return versions.get(region) ?? 1;
      },
    };
  };
  const t = await startWorld({ seed, latency: 'modelled', portsOf, schedules: false, standby: moved });
  await Promise.all(flags.map((flagKey) => t.propose({ flagKey })));
  await t.advance(AFTERWARDS_MS);
  if (moved) await moveHome(t, t.region(1));
  const ids: string[] = [];
  const change = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += CHANGE_MS) {
      ids.push(await t.propose({ flagKey: flags[ids.length % flags.length] as string }));
      await t.advance(CHANGE_MS);
    }
  };
  return {
    ...ordersOf(t, t.home),
    /** As if home were still where it began. */
    stale: ordersOf(t, t.region(0).name),
    apply: async (
      parts: readonly Part[],
      version: number,
      { acceptsFirst = false, partMs = PART_MS } = {},
    ): Promise<void> => {
      for (const { region } of parts) {
        // In home, what accepts is another function than what distributes, and one of them has its new code first.
        const functions = [
          () => {
            versions.set(region, version);
          },
        ];
        if (region === t.home) {
          functions.push(() => {
            accepting.version = version;
          });
        }
        if (acceptsFirst) functions.reverse();
        for (const [index, give] of functions.entries()) {
          give();
          await change(index < functions.length - 1 ? ONE_APPLY_MS : partMs);
        }
      }
    },
    /** How many changes ended how, and under which versions they were accepted, in their order. */
    ended: async () => {
      await t.advance(AFTERWARDS_MS);
      const standings = await Promise.all(ids.map((id) => t.standing(id)));
      const accepted = await Promise.all(ids.map((id) => t.outcome(id)));
      const under = await Promise.all(
        accepted.map(async (outcome) =>
          outcome?.outcome === 'accepted' ? (await t.revision(outcome.flagKey, outcome.order)).rulesVersion : 0,
        ),
      );
      return {
        proposed: ids.length,
        verified: standings.filter((standing) => standing === 'verified').length,
        reverted: standings.filter((standing) => standing === 'rolled-back').length,
        under: under.filter((version, index) => version !== under[index - 1]),
      };
    },
  };
};

describe('with a change a second', () => {
  it('an upgrade and its way back, in the order of the waves, revert nothing and lose nothing', async () => {
    const { forward, back, apply, ended } = await startRelease(91);
    await apply(forward, 2);
    await apply(back, 1, { acceptsFirst: true });
    const { proposed, verified, reverted, under } = await ended();
    expect({ verified, reverted, under }).toEqual({ verified: proposed, reverted: 0, under: [1, 2, 1] });
    expect(proposed).toBeGreaterThan(80);
  });

  it('an upgrade reverts nothing, whichever function of home is first', async () => {
    const { forward, apply, ended } = await startRelease(96);
    await apply(forward, 2, { acceptsFirst: true });
    const { reverted, proposed, verified } = await ended();
    expect({ reverted, verified }).toEqual({ reverted: 0, verified: proposed });
  });

  it('a way back with home last reverts changes: regions refuse what home still accepts', async () => {
    const { forward, apply, ended } = await startRelease(92);
    await apply(forward, 2);
    await apply(forward, 1, { acceptsFirst: true });
    expect((await ended()).reverted).toBeGreaterThan(0);
  });

  it('a way back reverts changes where home distributes with older rules than it accepts, be it for a moment', async () => {
    const { forward, back, apply, ended } = await startRelease(99);
    await apply(forward, 2);
    await apply(back, 1);
    expect((await ended()).reverted).toBeGreaterThan(0);
  });

  it('an upgrade with home first waits for the regions, because home asks what they have', async () => {
    const { back, apply, ended } = await startRelease(93);
    await apply(back, 2, { acceptsFirst: true });
    const { reverted, proposed, verified } = await ended();
    expect({ reverted, verified }).toEqual({ reverted: 0, verified: proposed });
  });

  it('an upgrade with home first reverts changes where home does not ask', async () => {
    const { back, apply, ended } = await startRelease(94, { asks: false });
    await apply(back, 2, { acceptsFirst: true });
    expect((await ended()).reverted).toBeGreaterThan(0);
  });

  it('an upgrade after home has moved reverts nothing where the new home is the last, and does where the old one is', async () => {
    const slowly = { partMs: 2 * PART_MS };
    const last = await startRelease(98, { asks: false, moved: true });
    await last.apply(last.forward, 2, slowly);
    expect((await last.ended()).reverted).toBe(0);
    const early = await startRelease(98, { asks: false, moved: true });
    await early.apply(early.stale.forward, 2, slowly);
    expect((await early.ended()).reverted).toBeGreaterThan(0);
  });

  it('an upgrade with home last reverts nothing, even where home does not ask', async () => {
    const { forward, apply, ended } = await startRelease(95, { asks: false });
    await apply(forward, 2);
    expect((await ended()).reverted).toBe(0);
  });
});
