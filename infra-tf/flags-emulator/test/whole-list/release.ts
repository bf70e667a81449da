import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChangeState } from '@flaghoist/core/change';
import type { Order } from '@flaghoist/core/order';
import { systemClock } from '@flaghoist/system/clock';
import { document, type Home } from '../home.ts';
import { eventually } from '../patience.ts';
import { verifiedFlag } from '../scenarios.ts';
import type { Typist } from '../typist.ts';
import type { World } from '../world.ts';

const EVERY_MS = 1000;
/** So many flags that each change has seconds for itself. */
const FLAGS = 12;

/** Somebody changes a flag every second until told to stop, and wants to know what became of each. */
const changeEverySecond = async (home: Home, when: string) => {
  const flags = Array.from({ length: FLAGS }, (_, index) => `${when}-${index + 1}`);
  await Promise.all(flags.map((flagKey) => verifiedFlag(home, flagKey)));
  const asked: { readonly flagKey: string; readonly id: Promise<string> }[] = [];
  let stopped = false;
  const all = (async () => {
    while (!stopped) {
      const flagKey = String(flags[asked.length % FLAGS]);
      const isOn = Math.floor(asked.length / FLAGS) % 2 === 0;
      const id = home.propose(flagKey, 'updated', { document: document(isOn ? 'on' : 'off') });
      id.catch(() => {});
      asked.push({ flagKey, id });
      await systemClock.sleep(EVERY_MS);
    }
  })();
  return async (): Promise<Readonly<Record<string, number>>> => {
    stopped = true;
    await all;
    const states = await Promise.all(
      asked.map(async ({ flagKey, id }) => {
        const outcome = await home.outcome(await id);
        return outcome.outcome === 'accepted' ? endOf(home, flagKey, outcome.order) : outcome.outcome;
      }),
    );
    return Object.fromEntries(
      [...Map.groupBy(states, (state) => state)].map(([state, found]) => [state, found.length]),
    );
  };
};

/** `unverified` is not the end of it where a region was only slow. */
const undecided: readonly ChangeState[] = ['accepted', 'unverified'];

const endOf = (home: Home, flagKey: string, order: Order): Promise<ChangeState> =>
  eventually(`the end of ${flagKey} ${order.epoch}.${order.revision}`, async () => {
    const state = (await home.changes.record(flagKey, order))?.state;
    return state === undefined || undecided.includes(state) ? undefined : state;
  });

/** A release goes to every region, and back, while somebody changes a flag every second. */
export const release = async ({ deployment }: World, home: Home, type: Typist) => {
  const gate = join(deployment.checkout, 'is-region-well');
  writeFileSync(gate, '#!/bin/sh\necho "$1" >> asked-regions\n');
  chmodSync(gate, 0o755);
  // The doctor finds the emulator's quota ill, so it would hold every wave.
  const doctor = 'pnpm hoist doctor --deployment deployment.json --region';
  const typed = { instead: { '--gate': '--settle 5 --gate', [doctor]: './is-region-well' } };
  const there = async () => {
    const end = await changeEverySecond(home, 'during-a-release');
    deployment.setRelease('the release');
    const applied = await type('10. A release, and its way back', typed);
    return { applied: applied.stdout, ends: await end() };
  };
  const back = async () => {
    const end = await changeEverySecond(home, 'on-the-way-back');
    deployment.setRelease('');
    const applied = await type('A release went wrong', { only: /waves/ });
    return { applied: applied.stdout, ends: await end() };
  };
  return { there: await there(), back: await back() };
};
