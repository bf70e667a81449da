import { EVENT_SOURCE, parseBridgeMessage } from '@flaghoist/core/events';
import type { Clock } from '@flaghoist/core/ports/clock';
import { authorPk, outcomeSk } from '@flaghoist/core/storage/keys';
import { keyOfProposal } from '@flaghoist/core/storage/proposal-items';
import type { Wiring } from '@flaghoist/wiring/shape';
import { parseWiring, shippedWiring } from '@flaghoist/wiring/wiring';
import { principalOf } from '../lib/home.ts';
import { named } from '../lib/queues.ts';
import { defaultUser, startWorld, type TestWorld, type TestWorldOptions } from './support/world.ts';

/** The plan of this release with something changed in it. */
const changed = (change: (plan: Wiring) => void): Wiring => {
  const plan = structuredClone(shippedWiring());
  change(plan);
  return plan;
};

const starting = (wiring: Wiring, options: TestWorldOptions = {}): Promise<TestWorld> =>
  startWorld({ regions: 2, services: 3, schedules: false, ...options, wiring });

const entry = <T>(entries: Record<string, T>, name: string): T => named(new Map(Object.entries(entries)), name);

const triggerOf = (plan: Wiring, name: string) => {
  const [trigger] = entry(plan.functions, name).triggers;
  if (trigger === undefined) throw new Error(`${name} has no trigger`);
  return trigger;
};

const streamTriggerOf = (plan: Wiring, name: string) => {
  const trigger = triggerOf(plan, name);
  if (trigger.kind !== 'stream') throw new Error(`${name} reads no stream`);
  return trigger;
};

describe('a world is what the plan says', () => {
  it('does not start without a seat for every function of the plan', async () => {
    const split = (scope: 'home' | 'region' | 'cell'): Wiring =>
      changed((plan) => {
        const like = scope === 'cell' ? 'cache-updater.apply' : 'validator.accept';
        plan.functions['validator.sign'] = { scope, triggers: [triggerOf(plan, like)] };
      });
    for (const scope of ['home', 'region', 'cell'] as const) {
      await expect(starting(split(scope))).rejects.toThrow(
        `wiring.json has validator.sign of scope ${scope}, and no seat of that scope is its own; give it one in packages/simulator/lib/seats.ts`,
      );
    }
  });

  it('does not start with a function whose seat is of another scope', async () => {
    const plan = changed(({ functions }) => {
      entry(functions, 'cache-updater.load').scope = 'home';
    });
    await expect(starting(plan)).rejects.toThrow('wiring.json has cache-updater.load of scope home');
  });

  it('does not start with a trigger that the function does not take, or a table that is not there', async () => {
    const byQueue = changed((plan) => {
      entry(plan.functions, 'rollback.judge').triggers = [{ ...triggerOf(plan, 'validator.accept') }];
    });
    await expect(starting(byQueue)).rejects.toThrow(
      'wiring.json wires rollback.judge as onStream; its seat takes onQueue',
    );
    const wishes = changed((plan) => {
      plan.tables['wishes'] = entry(plan.tables, 'proposals');
      streamTriggerOf(plan, 'validator.accept').table = 'wishes';
    });
    await expect(starting(wishes)).rejects.toThrow('this world has no wishes; it has proposals, changes');
  });

  it.each<[string, (plan: Wiring) => void]>([
    [
      'collects no batches: validator.accept has a windowSeconds of 1',
      (plan) => {
        streamTriggerOf(plan, 'validator.accept').windowSeconds = 1;
      },
    ],
    [
      'does not try a schedule again: sweep',
      ({ schedules }) => {
        entry(schedules, 'sweep').retryAttempts = 1;
      },
    ],
    [
      'does not delay messages: audit has a delaySeconds of 1',
      ({ queues }) => {
        entry(queues, 'audit').delaySeconds = 1;
      },
    ],
    [
      'has no queues of cells: loads-of-a-cell',
      ({ queues }) => {
        queues['loads-of-a-cell'] = { ...entry(queues, 'cache-loads'), scope: 'cell' };
      },
    ],
    [
      'feeds the functions of cells by the queues of services only: cache-updater.reconcile has a schedule trigger',
      ({ functions }) => {
        entry(functions, 'cache-updater.reconcile').scope = 'cell';
      },
    ],
    [
      'feeds the functions of cells by the queues of services only: cache-updater.apply has a queue trigger',
      (plan) => {
        const trigger = triggerOf(plan, 'cache-updater.apply');
        if (trigger.kind === 'queue') trigger.queue = 'cache-loads';
      },
    ],
    [
      'gives each service one queue; the plan has 2',
      ({ queues }) => {
        queues['service-kills'] = entry(queues, 'service-flags');
      },
    ],
    [
      'subscribes the queues of services only: audit',
      ({ topics }) => {
        for (const each of entry(topics, 'flag-changes').subscriptions) each.queue = 'audit';
      },
    ],
    [
      'has one topic in a region; the plan has flag-changes, kills',
      ({ topics }) => {
        topics['kills'] = entry(topics, 'flag-changes');
      },
    ],
    [
      'has one bus in a region; the plan has events, alarms',
      ({ buses }) => {
        buses['alarms'] = entry(buses, 'events');
      },
    ],
  ])('does not start with what its machines do not do: it %s', async (what, change) => {
    await expect(starting(changed(change))).rejects.toThrow(what);
  });

  it('gives a message up after as many receives as the plan says', async () => {
    const plan = changed(({ queues }) => {
      entry(queues, 'service-flags').receives = 2;
    });
    const t = await starting(plan);
    t.region(1).caches.breakService(t.service(1), 'read-only');
    await t.propose();
    const queue = t.region(1).queues.queue(t.service(1));
    // Before the change is judged: its revert fails here as well.
    await t.advance(10_000);
    expect(queue.deadLetterQueue?.waiting).toBeGreaterThan(0);
    expect(queue.deadLetterQueue?.waiting).toBe(queue.pending);
  });

  it('hides a message for as long as the plan says', async () => {
    const plan = changed(({ queues }) => {
      entry(queues, 'audit').visibilitySeconds = 5;
    });
    const documents = async (wiring: Wiring): Promise<number> => {
      const t = await starting(wiring);
      const before = t.world.home.audit.size;
      t.world.home.audit.takeDown();
      await t.verified();
      t.world.home.audit.bringUp();
      await t.advance(6_000);
      return t.world.home.audit.size - before;
    };
    expect(await documents(shippedWiring())).toBe(0);
    expect(await documents(plan)).toBeGreaterThan(0);
  });

  it('gives up what a queue of home cannot deliver after as many receives, and drops it after as long, as the plan says', async () => {
    const after = async (change: (plan: Wiring) => void): Promise<{ dead: number; written: number }> => {
      const t = await starting(changed(change));
      t.world.home.audit.takeDown();
      await t.propose();
      await t.advance(80_000);
      t.world.home.audit.bringUp();
      await t.advance(4 * 60_000);
      return { dead: named(t.world.home.queues, 'audit-dead').waiting, written: t.world.home.audit.size };
    };
    const shipped = await after(() => {});
    expect(shipped.dead).toBe(0);
    expect(shipped.written).toBeGreaterThan(0);
    const givenUp = await after(({ queues }) =>
      Object.assign(entry(queues, 'audit'), { receives: 2, visibilitySeconds: 5 }),
    );
    expect(givenUp.dead).toBeGreaterThan(0);
    const dropped = await after(({ queues }) => Object.assign(entry(queues, 'audit'), { retentionSeconds: 60 }));
    expect(dropped.dead).toBe(0);
    expect(dropped.written).toBeLessThan(shipped.written);
  });

  it('calls a function by a rule, and keeps the event that it never takes', async () => {
    const plan = changed(({ functions }) => {
      entry(functions, 'audit-writer.sweep').triggers = [{ kind: 'rule', rule: 'conclude' }];
    });
    const t = await starting(plan, {
      instrument: (name, handler) => {
        if (name !== 'audit-writer.sweep') return handler;
        const failing = async (): Promise<never> => {
          throw new Error('no answer');
        };
        return failing as unknown as typeof handler;
      },
    });
    const changeId = await t.propose();
    await t.advance(26 * 60 * 60_000);
    const kept = named(t.world.home.queues, 'undelivered').bodies();
    expect(kept.map((body) => JSON.parse(body))).toMatchObject([
      { 'detail-type': 'ChangeAccepted', detail: { detail: { changeId } } },
    ]);
  });

  it('hides a message of a service for as long as the plan says when its function dies', async () => {
    const plan = changed(({ queues }) => {
      entry(queues, 'service-flags').visibilitySeconds = 5;
    });
    const deaths = async (wiring: Wiring): Promise<number> => {
      let calls = 0;
      const t = await starting(wiring, {
        instrument: (name, handler) => {
          if (name !== 'cache-updater.apply') return handler;
          const dying = async (): Promise<never> => {
            calls += 1;
            throw new Error('timed out');
          };
          return dying as unknown as typeof handler;
        },
      });
      await t.propose();
      await t.advance(20_000);
      return calls;
    };
    expect(await deaths(plan)).toBeGreaterThan(await deaths(shippedWiring()));
  });

  it('works at as many batches of a queue at the same time as the plan says', async () => {
    const plan = changed((all) => {
      const trigger = triggerOf(all, 'cache-updater.load');
      if (trigger.kind === 'queue') trigger.maximumConcurrency = 4;
    });
    const mostAtOnce = async (wiring: Wiring): Promise<number> => {
      let clock: Clock | undefined;
      let running = 0;
      let most = 0;
      await starting(wiring, {
        regions: 1,
        services: 60,
        instrument: (name, handler) => {
          if (name !== 'cache-updater.load') return handler;
          const counted = async (...input: Parameters<typeof handler>): Promise<unknown> => {
            running += 1;
            most = Math.max(most, running);
            await clock?.sleep(1_000);
            running -= 1;
            return handler(...input);
          };
          return counted as typeof handler;
        },
        portsOf: ({ name }, ports) => {
          if (name === 'cache-updater.load' && 'clock' in ports) clock = ports.clock as Clock;
          return ports;
        },
      });
      return most;
    };
    expect(await mostAtOnce(shippedWiring())).toBe(2);
    expect(await mostAtOnce(plan)).toBe(4);
  });

  it('hands over batches no larger than the plan says', async () => {
    const plan = changed((all) => {
      for (const name of ['validator.accept', 'audit-writer.write']) {
        const trigger = triggerOf(all, name);
        if ('batchSize' in trigger) trigger.batchSize = 1;
      }
    });
    const largest = async (wiring: Wiring): Promise<Record<string, number>> => {
      const batches: Record<string, number> = { 'validator.accept': 0, 'audit-writer.write': 0 };
      const t = await starting(wiring, {
        instrument: (name, handler) => {
          const before = batches[name];
          if (before === undefined) return handler;
          const measured = (...input: Parameters<typeof handler>): Promise<unknown> => {
            const [{ Records }] = input as unknown as [{ Records: readonly unknown[] }];
            batches[name] = Math.max(batches[name] ?? 0, Records.length);
            return handler(...input);
          };
          return measured as typeof handler;
        },
      });
      for (let n = 10; n < 50; n += 1) {
        const key = keyOfProposal({ author: principalOf(defaultUser), changeId: `refused-${n}` });
        t.world.home.proposalsTable.put({ ...key, proposal: '{}' });
      }
      await t.advance(60_000);
      expect(await t.outcome('refused-49')).toBeDefined();
      return batches;
    };
    const shipped = await largest(shippedWiring());
    expect(shipped['validator.accept']).toBeGreaterThan(1);
    expect(shipped['audit-writer.write']).toBeGreaterThan(1);
    expect(await largest(plan)).toEqual({ 'validator.accept': 1, 'audit-writer.write': 1 });
  });

  it('delivers what the filter of the plan lets through', async () => {
    const plan = changed((all) => {
      const trigger = streamTriggerOf(all, 'validator.tell');
      trigger.filter = trigger.filter.filter(
        ({ sk }) => sk === undefined || !('prefix' in sk) || sk.prefix !== 'OUTCOME#',
      );
    });
    const refused = async (wiring: Wiring): Promise<string[]> => {
      const t = await starting(wiring);
      const changeId = await t.propose({ owner: '', document: {} });
      expect(await t.settled(changeId)).toBe('rejected');
      return t.story(changeId);
    };
    expect(await refused(shippedWiring())).toEqual(['ChangeProposed', 'ChangeRejected']);
    expect(await refused(plan)).toEqual(['ChangeProposed']);
  });

  it('runs a schedule as often as the plan says, and keeps what failed', async () => {
    const plan = changed(({ schedules }) => {
      entry(schedules, 'reconcile').everyMinutes = 5;
    });
    const passes = async (wiring: Wiring): Promise<number> => {
      let calls = 0;
      const t = await starting(wiring, {
        schedules: true,
        instrument: (name, handler) => {
          if (name !== 'cache-updater.reconcile') return handler;
          const failing = async (): Promise<never> => {
            calls += 1;
            throw new Error('no answer');
          };
          return failing as unknown as typeof handler;
        },
      });
      await t.advance(10 * 60_000);
      const undelivered = [...t.world.regions.values()].flatMap(({ ownQueues }) =>
        named(ownQueues, 'undelivered').bodies(),
      );
      expect(undelivered).toHaveLength(calls);
      expect(undelivered[0]).toContain('"requestPayload":{"cell":"cell-1"}');
      return calls;
    };
    // Two regions, and each of the three services is in a cell of its own.
    expect(await passes(shippedWiring())).toBe(2 * 3 * 10);
    expect(await passes(plan)).toBe(2 * 3 * 2);
  });
});

describe('a record that tell cannot read', () => {
  it('lies whole among the dead letters at once, and what is behind it is told within 2 s', async () => {
    const t = await starting(shippedWiring());
    await t.verified();
    const { changesTable, queues, tell } = t.world.home;
    const bad = Array.from({ length: 20 }, (_, index) => `bad-item-${index}`);
    for (const name of bad) changesTable.put({ pk: authorPk('nobody'), sk: outcomeSk(name) });
    const kill = await t.propose({ kind: 'killed' });
    await t.advance(2_000);
    expect(await t.outcome(kill)).toMatchObject({ outcome: 'accepted' });
    expect(await t.story(kill)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    const letters = named(queues, 'tell-dropped').bodies();
    expect(letters.map((body) => JSON.parse(body).dynamodb.Keys.sk.S)).toEqual(bad.map(outcomeSk));
    expect(tell.abandoned).toEqual([]);
  });
});

describe('a proposal that accept does not see', () => {
  it('is given up once it is older than the plan lets records become', async () => {
    const age = streamTriggerOf(shippedWiring(), 'validator.accept').recordAgeSeconds * 1000;
    const t = await starting(shippedWiring());
    t.world.home.accept.pause();
    const late = await t.propose();
    await t.advance(age + 1);
    t.world.home.accept.resume();
    await t.advance(60_000);
    expect(await t.outcome(late)).toBeUndefined();
    expect(
      named(t.world.home.queues, 'accept-dropped')
        .bodies()
        .map((body) => JSON.parse(body)),
    ).toMatchObject([{ requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 0 } }]);
  });
});

describe('events between buses', () => {
  it('are passed on by the region in which they happened, and by no other', async () => {
    const t = await starting(shippedWiring());
    await t.verified();
    const seen = await t.world.audit.search({ type: 'RegionVerdict' });
    expect(seen.map(({ region }) => region).sort()).toEqual([...t.regions].sort());
  });

  it('reach another region from home only when they are meant for it', async () => {
    const t = await starting(shippedWiring());
    const elsewhere: string[] = [];
    t.region(1).bus.addRule({ source: [EVENT_SOURCE] }, (message) => {
      const { type, region } = parseBridgeMessage(message);
      if (region !== t.region(1).name) elsewhere.push(type);
    });
    t.region(1).caches.breakService(t.service(1), 'unreachable');
    await t.propose();
    await t.advance(90_000);
    expect(new Set(elsewhere)).toEqual(new Set(['VerifyRequested']));
  });

  it('stay where they are when the plan has no forward for them', async () => {
    const plan = changed(({ forwards }) => {
      delete forwards['to-home'];
    });
    const t = await starting(plan);
    const changeId = await t.propose();
    expect(await t.settled(changeId)).toBe('unverified');
    expect((await t.verdicts(changeId)).map(({ region }) => region)).toEqual([t.home]);
  });
});

it('has a plan that is still one when it was changed for a test', () => {
  expect(parseWiring(structuredClone(shippedWiring()))).toEqual(shippedWiring());
});
