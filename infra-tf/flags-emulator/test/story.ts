import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canaryFinds } from './canary-finds.ts';
import { type Home, homeOf } from './home.ts';
import { compareWithUsed } from './least-privilege.ts';
import {
  adversary,
  cacheCorrupt,
  cacheLost,
  cacheSilent,
  killWithoutBus,
  poison,
  rejected,
  takenBack,
  writtenAround,
} from './scenarios.ts';
import { home as homeRegion, standby, twoByFour } from './topology.ts';
import type { World } from './world.ts';

/** What an operator types before anything is accepted, and then whoever may say which region is home. */
export const publishTopology = async (world: World, home: Home) => {
  writeFileSync(join(world.deployment.checkout, 'deployment.json'), JSON.stringify(world.outputs.deployment));
  const described = ['--deployment', 'deployment.json', '--json'];
  const published = await world.hoist(['topology', 'publish', ...described], await home.operator());
  return { published, first: await world.hoist(['promote', homeRegion, ...described], await home.promoter()) };
};

/** What the doctor finds as the role that is made for it; without the exit code, which the emulator's own limits decide. */
const doctorLooks = async (world: World, home: Home): Promise<readonly Finding[]> => {
  const { stdout } = await world.hoist(['doctor', '--deployment', 'deployment.json', '--json'], await home.doctor());
  return (JSON.parse(stdout) as { readonly findings: readonly Finding[] }).findings;
};

interface Finding {
  readonly region: string;
  readonly check: string;
  readonly status: string;
  readonly found: string;
}

/** One change, from an author to known good. */
export const wholeLoop = async (world: World, home: Home) => {
  const flagKey = 'instant-payments';
  const changeId = await home.propose(flagKey, 'created');
  const order = await home.accepted(changeId);
  await home.everywhere(flagKey, order);
  const verified = await home.decided(flagKey, order, 'verified');
  return {
    topology: world.topology,
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

/** One after the other, since each needs the world for itself. */
export const alone = async <Seen>(run: () => Promise<Seen>): Promise<{ readonly seen: Promise<Seen> }> => {
  const seen = scenario(run);
  await Promise.allSettled([seen]);
  return { seen };
};

/** What goes wrong, and what is found of it in the audit trail and in the roles. */
export const goWrong = async (world: World, home: Home, { changeId }: { readonly changeId: string }) => {
  // None of these stands in another's way.
  const beside = {
    rejected: scenario(() => rejected(world, home)),
    adversary: scenario(() => adversary(world, home)),
    takenBack: scenario(() => takenBack(world, home)),
    silent: scenario(() => cacheSilent(world, home)),
    poison: scenario(() => poison(world, home)),
    corrupt: scenario(() => cacheCorrupt(world, home)),
    aroundHome: scenario(() => writtenAround(world, home, homeRegion)),
    aroundReplica: scenario(() => writtenAround(world, home, standby)),
    canary: scenario(() => canaryFinds(world, home)),
  };
  await Promise.allSettled(Object.values(beside));
  const lost = await alone(() => cacheLost(world, home));
  const kill = await alone(() => killWithoutBus(world, home));
  const audited = await alone(async () => ({
    accepted: await home.audited({ changeId }, 'ChangeAccepted'),
    verified: await home.audited({ changeId }, 'ChangeVerified'),
    swept: await home.call('audit-writer.sweep', {}),
  }));
  return { ...beside, lost: lost.seen, kill: kill.seen, audited: audited.seen };
};

/** What roles were granted, used and denied so far. */
export const privilegesIn = (world: World) => ({
  privileges: compareWithUsed(world.outputs, world.ministack.used()),
  denied: world.ministack.denied(),
  author: world.outputs.author_role_arn,
});

/** From resources without a topology to flags in every cache, and back to nothing; the tests judge what was seen on the way. */
export const liveThrough = async (world: World) => {
  world.setTopology(twoByFour);
  await world.deployment.apply(twoByFour);
  await world.look();
  const home = await homeOf(world);
  const { published, first } = await publishTopology(world, home);
  // The audit index is still away: nothing of this waits for it.
  const loop = await wholeLoop(world, home);
  await world.startAudit();
  const wrong = await goWrong(world, home, loop);
  const roles = privilegesIn(world);
  const looked = await alone(() => doctorLooks(world, home));
  const secondPlans = await alone(() => world.deployment.planAgain(twoByFour));
  const destroyed = await alone(() => world.deployment.destroy(twoByFour));
  const left = await world.deployment.list();
  await world.deployment.destroyAccount();
  return {
    ...wrong,
    ...roles,
    person: world.person,
    published,
    first,
    loop,
    looked: looked.seen,
    secondPlans: secondPlans.seen,
    destroyed: destroyed.seen,
    left,
  };
};
