import { type Home, homeOf } from '../home.ts';
import { measure, tableOf } from '../measured.ts';
import { alone, goWrong, privilegesIn, wholeLoop } from '../story.ts';
import { third, topologyOf } from '../topology.ts';
import { typistOf } from '../typist.ts';
import type { World } from '../world.ts';
import { come, firstHome, go, illIn, publish, readDeployment } from './members.ts';
import { promote } from './promotion.ts';
import { release } from './release.ts';
import { regionSilent } from './silent-region.ts';
import { Stages } from './stages.ts';

const first = { checkout: 'serving', basket: 'serving', payments: 'serving' } as const;
/** Region and service come and go together: each of them is a transition of its own in the versions that are published. */
const versions = {
  twoByThree: topologyOf(1, { services: first }),
  joining: topologyOf(2, { regions: { [third]: 'joining' }, services: { ...first, search: 'joining' } }),
  threeByFour: topologyOf(3, { regions: { [third]: 'serving' }, services: { ...first, search: 'serving' } }),
  draining: topologyOf(4, { regions: { [third]: 'draining' }, services: { ...first, search: 'draining' } }),
  without: topologyOf(5, { services: first }),
};
const CHANGES = 24;

/** The commands of docs/deploy.md from an empty account to three regions and back, and what happens to flags on the way. */
export const liveThroughAll = async (world: World) => {
  const type = typistOf(world);
  const stages = new Stages();
  world.setTopology(versions.twoByThree);
  const created = await stages.pass('stacks of two regions, in waves', () => type('5. The stacks of an environment'));
  await world.look();
  await readDeployment(type);
  const published = await stages.pass('topology published', async () => publish(type, await homeOf(world)));
  const begun = await stages.pass('the first home', async () => firstHome(type, await homeOf(world)));
  const came = await stages.pass('a region and a service come', () =>
    come({ world, type, joining: versions.joining, serving: versions.threeByFour }),
  );
  const home: Home = await homeOf(world);
  const loop = await stages.pass('a change, without the index of the trail', () => wholeLoop(world, home));
  await stages.pass('the index starts', () => world.startAudit());
  const wrong = await stages.pass('what goes wrong', () => goWrong(world, home, loop));
  const measured = await stages.pass(`${CHANGES} changes are measured`, () => measure(world, home, CHANGES));
  const away = await alone(() => stages.pass('a region is silent', () => regionSilent(world, home, third)));
  const promoted = await alone(() => stages.pass('the standby is home', () => promote(world, home, type)));
  const ill = await alone(() => stages.pass('the doctor looks', () => illIn(type, home)));
  // After the move of home and not before: a new home takes over each change that there was, and a release brings hundreds.
  const released = await alone(() => stages.pass('a release goes there and back', () => release(world, home, type)));
  const roles = privilegesIn(world);
  const went = await alone(() =>
    stages.pass('they go', () =>
      go({ world, type, draining: versions.draining, without: versions.without, region: third }),
    ),
  );
  const destroyed = await alone(() => stages.pass('the environment goes', () => type('An environment goes')));
  const left = await world.deployment.list();
  await world.deployment.destroyAccount();
  return {
    ...wrong,
    ...roles,
    person: world.person,
    created: created.stdout,
    published,
    begun,
    came,
    loop,
    measured: tableOf(measured),
    away: away.seen,
    released: released.seen,
    promoted: promoted.seen,
    ill: ill.seen,
    went: went.seen,
    destroyed: destroyed.seen,
    left,
    stages: stages.passed,
  };
};
