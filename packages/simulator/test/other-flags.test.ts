import type { Envelope } from '@flaghoist/core/envelope';
import { lettersOf } from '@flaghoist/core/facts';
import { isMissing, needsOf } from '@flaghoist/core/flag-facts';
import { currentItem, storedOf } from '@flaghoist/core/storage/flag-items';
import { aroundEach } from '@flaghoist/test-kit/trouble';
import { type FlagsAtHome, flagsAtHome } from './support/flags-at-home.ts';
import { type Task, underEveryInterleaving, underInterleaving } from './support/interleavings.ts';

/*
 * Rule 3 over the use cases themselves: what one change reads of other flags may be changed by another one between any two
 * calls. The model of core shows that the rules suffice; this shows that they are what is written.
 */

const base = { flagKey: 'base-form' };
const child = { flagKey: 'child-form' };
const needsBase = { ...child, prerequisites: [base.flagKey] };
const needsNothing = { ...child, prerequisites: [] };
const someServices = { audience: ['accounts'] };

const allFlags = async ({ flags, newest }: FlagsAtHome): Promise<readonly Envelope[]> => {
  const found: Envelope[] = [];
  for await (const { flagKey } of flags.currents()) {
    const flag = await newest(flagKey);
    if (flag !== null) found.push(flag);
  }
  return found;
};

/** What rule 3 promises of flags side by side, each as a list of those that break it. */
const broken = async (home: FlagsAtHome) => {
  const flags = new Map((await allFlags(home)).map((flag) => [flag.flagKey, flag]));
  const there = [...flags.values()].filter(({ flagState }) => flagState !== 'archived');
  const reaches = (from: string, to: string, left = flags.size): boolean =>
    left > 0 && needsOf(flags.get(from) ?? null).some((key) => key === to || reaches(key, to, left - 1));
  const needed = await Promise.all(
    [...flags.keys()].map(async (key) => {
      const listed = (await home.flags.needed(key)).keys.join();
      const needing = there.filter((flag) => needsOf(flag).includes(key)).map(({ flagKey }) => flagKey);
      return listed === needing.sort().join() ? [] : [`${key} is needed by ${needing}, not by ${listed}`];
    }),
  );
  return {
    'needs what is missing': there.flatMap((flag) =>
      needsOf(flag)
        .filter((key) => isMissing(flags.get(key) ?? null, flag))
        .map((key) => `${flag.flagKey} needs ${key}`),
    ),
    'needs itself': there.map(({ flagKey }) => flagKey).filter((key) => reaches(key, key)),
    'looks alike': there
      .map(({ flagKey }) => flagKey)
      .filter((key) => there.some((other) => other.flagKey !== key && lettersOf(other.flagKey) === lettersOf(key))),
    'NEEDED is wrong': needed.flat(),
  };
};

const nothing = { 'needs what is missing': [], 'needs itself': [], 'looks alike': [], 'NEEDED is wrong': [] };

interface Scene {
  readonly name: string;
  /** Three tasks have 1,665 orders, all of which were seen to be right: too many to be run each time. */
  readonly drawn?: number;
  readonly play: (home: FlagsAtHome) => Promise<readonly Task[]>;
}

const scenes: readonly Scene[] = [
  {
    name: 'base is archived while child begins to need it',
    play: async ({ make, proposing }) => {
      await make('created', base);
      await make('created', child);
      return [await proposing('archived', base), await proposing('updated', needsBase)];
    },
  },
  {
    name: 'base is archived while child, which needs it, is created',
    play: async ({ make, proposing }) => {
      await make('created', base);
      return [await proposing('archived', base), await proposing('created', needsBase)];
    },
  },
  {
    name: 'two flags begin to need each other',
    play: async ({ make, proposing }) => {
      await make('created', base);
      await make('created', child);
      return [
        await proposing('updated', { ...base, prerequisites: [child.flagKey] }),
        await proposing('updated', needsBase),
      ];
    },
  },
  {
    name: 'three flags begin to need each other',
    drawn: 30,
    play: async ({ make, proposing }) => {
      const third = { flagKey: 'third-form' };
      for (const flag of [base, child, third]) await make('created', flag);
      return [
        await proposing('updated', { ...base, prerequisites: [third.flagKey] }),
        await proposing('updated', needsBase),
        await proposing('updated', { ...third, prerequisites: [child.flagKey] }),
      ];
    },
  },
  {
    name: 'child drops base, base is archived, the drop is taken back',
    play: async ({ make, accept, proposing, failing }) => {
      await make('created', base);
      await make('created', needsBase);
      const drop = await accept('updated', needsNothing);
      return [await proposing('archived', base), await failing(drop)];
    },
  },
  {
    name: 'base is created, child begins to need it, the creation is taken back',
    play: async ({ make, accept, proposing, failing }) => {
      await make('created', child);
      const created = await accept('created', base);
      return [await proposing('updated', needsBase), await failing(created)];
    },
  },
  {
    name: 'child drops base, base begins to need child, the drop is taken back',
    play: async ({ make, accept, proposing, failing }) => {
      await make('created', base);
      await make('created', needsBase);
      const drop = await accept('updated', needsNothing);
      return [await proposing('updated', { ...base, prerequisites: [child.flagKey] }), await failing(drop)];
    },
  },
  {
    name: 'base leaves services while child begins to need it',
    play: async ({ make, proposing }) => {
      await make('created', base);
      await make('created', child);
      return [await proposing('updated', { ...base, ...someServices }), await proposing('updated', needsBase)];
    },
  },
  {
    name: 'base leaves services while child, which needs it, comes to them',
    play: async ({ make, proposing }) => {
      await make('created', base);
      await make('created', { ...needsBase, ...someServices });
      return [
        await proposing('updated', { ...base, ...someServices }),
        await proposing('updated', { ...child, audience: '*' }),
      ];
    },
  },
  {
    name: 'base comes to services, child begins to need it there, the coming is taken back',
    play: async ({ make, accept, proposing, failing }) => {
      await make('created', { ...base, ...someServices });
      await make('created', child);
      const coming = await accept('updated', { ...base, audience: '*' });
      return [await proposing('updated', needsBase), await failing(coming)];
    },
  },
  {
    name: 'two flags whose keys look alike are created',
    play: async ({ proposing }) => [
      await proposing('created', { flagKey: 'pay.now-later' }),
      await proposing('created', { flagKey: 'pay-now.later' }),
    ],
  },
];

/** The calls by which a change sees what flags are to each other, and those that write it. */
const aboutFlags = new Set(['facts', 'newestRevision', 'needed', 'alike', 'accept', 'decide']);

const worldOf =
  ({ play }: Scene) =>
  async () => {
    const home = flagsAtHome();
    return { tasks: await play(home), check: async () => expect(await broken(home)).toEqual(nothing) };
  };

describe('under every interleaving of what is read and written of flags', () => {
  it.each(scenes.filter(({ drawn }) => drawn === undefined))('$name', async (scene) => {
    const runs = await underEveryInterleaving(worldOf(scene), (method) => aboutFlags.has(method));
    expect(runs).toBeGreaterThan(4);
  });
});

describe('under any interleaving of all calls', () => {
  it.each(scenes)('$name', async (scene) => {
    for (let seed = 1; seed <= (scene.drawn ?? 5); seed += 1) await underInterleaving(seed, await worldOf(scene)());
  });
});

it('no flag that needs another one makes its kill wait', async () => {
  const runs = await underEveryInterleaving(
    async () => {
      const home = flagsAtHome();
      await home.make('created', base);
      await home.make('created', child);
      let tries = 0;
      const counted: Task = async (wrap) => {
        const kill = await home.proposing('killed', base);
        return kill((ports) =>
          aroundEach(wrap(ports), async (call, method) => {
            if (method === 'accept') tries += 1;
            return call();
          }),
        );
      };
      return {
        tasks: [counted, await home.proposing('updated', needsBase)],
        check: async () => {
          expect(tries).toBe(1);
          expect((await home.newest(base.flagKey))?.flagState).toBe('killed');
          expect(needsOf(await home.newest(child.flagKey))).toEqual([base.flagKey]);
        },
      };
    },
    (method) => aboutFlags.has(method),
  );
  expect(runs).toBeGreaterThan(4);
});

describe('one after the other', () => {
  const outcomeOf = async (home: FlagsAtHome, ...[kind, said]: Parameters<FlagsAtHome['proposing']>) => {
    const outcome = await home.outcomeOf(await home.propose(kind, said));
    return outcome?.outcome === 'rejected'
      ? outcome.violations.filter(({ severity }) => severity === 'error').map(({ ruleId }) => ruleId)
      : outcome?.outcome;
  };

  it.each(['pay-now.later', 'pay.now.later', 'pay_nowlater', 'pay-now-later', 'payNowLater', 'PAY.now-later'])(
    'a key that looks like pay.now-later is refused: %s',
    async (flagKey) => {
      const home = flagsAtHome();
      await home.make('created', { flagKey: 'pay.now-later' });
      expect(await outcomeOf(home, 'created', { flagKey })).toEqual(['FH-KEY-14']);
    },
  );

  it('a flag that others need is neither archived nor taken from their services', async () => {
    const home = flagsAtHome();
    await home.make('created', base);
    await home.make('created', { ...needsBase, audience: ['cards'] });
    expect(await outcomeOf(home, 'archived', base)).toEqual(['FH-LIFE-12']);
    expect(await outcomeOf(home, 'updated', { ...base, audience: ['accounts'] })).toEqual(['FH-FACTS-01']);
    expect(await outcomeOf(home, 'updated', { ...base, audience: ['cards'] })).toBe('accepted');
    await home.make('archived', child);
    expect(await outcomeOf(home, 'archived', base)).toBe('accepted');
  });

  it.each<[string, (home: FlagsAtHome) => Promise<Envelope>, object]>([
    [
      'child drops base, base is archived, the drop fails',
      async ({ make, accept }) => {
        await make('created', base);
        await make('created', needsBase);
        const drop = await accept('updated', needsNothing);
        await make('archived', base);
        return drop;
      },
      { needing: child.flagKey, needed: base.flagKey },
    ],
    [
      'base is created, child begins to need it, the creation fails',
      async ({ make, accept }) => {
        await make('created', child);
        const created = await accept('created', base);
        await make('updated', needsBase);
        return created;
      },
      { needing: child.flagKey, needed: base.flagKey },
    ],
    [
      'child drops base, base begins to need child, the drop fails',
      async ({ make, accept }) => {
        await make('created', base);
        await make('created', needsBase);
        const drop = await accept('updated', needsNothing);
        await make('updated', { ...base, prerequisites: [child.flagKey] });
        return drop;
      },
      { needing: base.flagKey, needed: child.flagKey },
    ],
    [
      'base comes to services, child needs it there, the coming fails',
      async ({ make, accept }) => {
        await make('created', { ...base, ...someServices });
        const coming = await accept('updated', { ...base, audience: '*' });
        await make('created', needsBase);
        return coming;
      },
      { needing: child.flagKey, needed: base.flagKey },
    ],
  ])('%s: it is held, and both are named', async (_, play, need) => {
    const home = flagsAtHome();
    const failed = await play(home);
    await home.fail(failed);
    expect(await home.record(failed)).toMatchObject({
      state: 'held',
      holdReason: 'needed-by-others',
      blame: { services: ['cards'] },
      needs: [need],
    });
    expect(await broken(home)).toEqual(nothing);
  });

  it('a revert that carries a kill asks for nothing: the flag is off', async () => {
    const home = flagsAtHome();
    await home.make('created', base);
    await home.make('created', needsBase);
    await home.make('killed', child);
    const drop = await home.accept('updated', {
      ...needsNothing,
      document: (await home.newest(child.flagKey))?.document ?? {},
    });
    await home.make('archived', base);
    await home.fail(drop);
    expect(await home.record(drop)).toMatchObject({ state: 'rolled-back' });
    expect(await home.newest(child.flagKey)).toMatchObject({ flagState: 'killed', prerequisites: [base.flagKey] });
  });
});

describe('FACTS move', () => {
  const movesOf = async (home: FlagsAtHome, flagKey: string) => (await home.flags.facts(flagKey)).version;

  it('when the flag comes, goes, needs another one or changes its services, and at nothing else', async () => {
    const home = flagsAtHome();
    await home.make('created', base);
    const versions: number[] = [];
    const change = async (...[kind, said]: Parameters<FlagsAtHome['make']>) => {
      await home.make(kind, said);
      versions.push(await movesOf(home, child.flagKey));
    };
    await change('created', child);
    await change('updated', {
      ...child,
      document: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' },
    });
    await change('updated', needsBase);
    await change('killed', child);
    await change('restored', child);
    await change('updated', { ...child, audience: ['cards'] });
    await change('archived', child);
    expect(versions).toEqual([1, 1, 2, 2, 2, 3, 4]);
    expect(await home.flags.needed(base.flagKey)).toEqual({ keys: [], counter: 2, epoch: 1 });
  });

  it('not when somebody writes CURRENT around the validator, and NEEDED is what was accepted', async () => {
    const home = flagsAtHome();
    await home.make('created', base);
    const before = await home.make('created', child);
    await home.make('updated', needsBase);
    // The intruder lets child look as if it needed nothing.
    home.tables.flags.put(currentItem(storedOf(before)));
    await expect(home.accept('archived', base)).rejects.toThrow('FH-LIFE-12');
    await home.make('killed', child);
    expect(await movesOf(home, child.flagKey)).toBe(2);
    expect((await home.flags.needed(base.flagKey)).keys).toEqual([child.flagKey]);
  });
});

describe('flags that were accepted before there were FACTS', () => {
  const forget = ({ tables }: FlagsAtHome): void => {
    for (const { pk, sk } of [...tables.flags.allEntries()])
      if (/^(FACTS|NEEDED|KEYS)$/.test(sk)) tables.flags.delete({ pk, sk });
  };

  it('are at version 0, and who needs them is found once', async () => {
    const home = flagsAtHome();
    await home.make('created', base);
    await home.make('created', needsBase);
    forget(home);
    await expect(home.accept('archived', base)).rejects.toThrow('FH-LIFE-12');
    await home.make('updated', { ...base, audience: ['accounts', 'cards', 'ledger'] }).catch(() => {});
    await home.make('updated', { ...child, audience: ['cards'] });
    await home.make('updated', { ...base, audience: ['cards', 'ledger'] });
    expect(await home.flags.needed(base.flagKey)).toEqual({ keys: [child.flagKey], counter: 1, epoch: 1 });
    await home.make('archived', child);
    await home.make('archived', base);
    expect(await broken(home)).toEqual(nothing);
  });

  it('meet look-alikes of the same words', async () => {
    const home = flagsAtHome();
    await home.make('created', { flagKey: 'pay.now' });
    forget(home);
    await expect(home.accept('created', { flagKey: 'pay-now' })).rejects.toThrow('FH-KEY-14');
  });

  it('do not race either: base is archived while child begins to need it', async () => {
    await underEveryInterleaving(
      async () => {
        const home = flagsAtHome();
        await home.make('created', base);
        await home.make('created', child);
        forget(home);
        const tasks = [await home.proposing('archived', base), await home.proposing('updated', needsBase)];
        return { tasks, check: async () => expect(await broken(home)).toEqual(nothing) };
      },
      (method) => aboutFlags.has(method),
    );
  });
});
