import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Home, homeOf } from './home.ts';
import { compareWithUsed } from './least-privilege.ts';
import {
  adversary,
  cacheCorrupt,
  cacheLost,
  killWithoutBus,
  poison,
  rejected,
  takenBack,
  writtenAround,
} from './scenarios.ts';
import { topology } from './topology.ts';
import type { World } from './world.ts';

/** What an operator types before anything is accepted. */
const publishTopology = async (world: World, credentials: Readonly<Record<string, string>>) => {
  const deployment = join(world.directory, 'deployment.json');
  writeFileSync(deployment, JSON.stringify(world.outputs.deployment));
  const { lib } = world.deployment;
  const file = join(lib, '..', '..', 'fleet', 'topology.json');
  return world.hoist(
    ['topology', 'publish', file, '--deployment', deployment, '--sources', lib, '--json'],
    credentials,
  );
};

/** One change, from an author to known good. */
const wholeLoop = async (home: Home) => {
  const flagKey = 'instant-payments';
  const changeId = await home.propose(flagKey, 'created');
  const order = await home.accepted(changeId);
  await home.everywhere(flagKey, order);
  const verified = await home.decided(flagKey, order, 'verified');
  return {
    changeId,
    inCaches: await home.inCaches(flagKey, order),
    envelope: await home.current(flagKey),
    verified,
    knownGood: await home.flags.knownGood(flagKey),
  };
};

/** Starts a scenario. Whether it failed is for the test that judges it; the others go on. */
const scenario = <Seen>(run: () => Promise<Seen>): Promise<Seen> => {
  const seen = run();
  seen.catch(() => {});
  return seen;
};

/** From resources without a topology to flags in every cache, and back to nothing; the tests judge what was seen on the way. */
export const liveThrough = async (world: World) => {
  const home = await homeOf(world);
  const published = await publishTopology(world, await home.operator());
  // The audit index is still away: nothing of this waits for it.
  const loop = await wholeLoop(home);
  await world.startAudit();

  // None of these stands in another's way.
  const beside = {
    rejected: scenario(() => rejected(world, home)),
    adversary: scenario(() => adversary(world, home)),
    takenBack: scenario(() => takenBack(world, home)),
    poison: scenario(() => poison(world, home)),
    corrupt: scenario(() => cacheCorrupt(world, home)),
    aroundHome: scenario(() => writtenAround(world, home, topology.home)),
    aroundReplica: scenario(() => writtenAround(world, home, topology.standby)),
  };
  await Promise.allSettled(Object.values(beside));
  const alone = { lost: scenario(() => cacheLost(world, home)) };
  await Promise.allSettled([alone.lost]);
  const kill = scenario(() => killWithoutBus(world, home));
  await Promise.allSettled([kill]);
  const audited = scenario(async () => ({
    accepted: await home.audited({ changeId: loop.changeId }, 'ChangeAccepted'),
    verified: await home.audited({ changeId: loop.changeId }, 'ChangeVerified'),
    swept: await home.call('audit-writer.sweep', {}),
  }));
  await Promise.allSettled([audited]);

  const privileges = compareWithUsed(world.outputs, world.ministack.used());
  const denied = world.ministack.denied();
  const secondPlans = scenario(() => world.deployment.planAgain());
  await Promise.allSettled([secondPlans]);
  const destroyed = scenario(() => world.deployment.destroy());
  await Promise.allSettled([destroyed]);
  return {
    ...beside,
    ...alone,
    kill,
    audited,
    author: world.outputs.author_role_arn,
    person: world.person,
    published,
    loop,
    privileges,
    denied,
    secondPlans,
    destroyed,
    left: await world.deployment.list(),
  };
};
