import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { homeOf } from './home.ts';
import { topology, type World } from './world.ts';

/** What an operator types before anything is accepted. */
const publishTopology = async (world: World, credentials: Readonly<Record<string, string>>) => {
  const file = join(world.directory, 'topology.json');
  const deployment = join(world.directory, 'deployment.json');
  writeFileSync(file, JSON.stringify(topology));
  writeFileSync(deployment, JSON.stringify(world.outputs.deployment));
  return world.hoist(['topology', 'publish', file, '--deployment', deployment, '--json'], credentials);
};

/** From resources without a topology to flags in every cache, and back to nothing; the tests judge what was seen on the way. */
export const liveThrough = async (world: World) => {
  const home = await homeOf(world);
  const published = await publishTopology(world, await home.operator());

  const created = await home.propose('instant-payments', 'created');
  const order = await home.accepted(created);
  await home.everywhere('instant-payments', order);
  const verified = await home.decided('instant-payments', order, 'verified');
  const loop = {
    inCaches: await home.inCaches('instant-payments', order),
    envelope: await home.current('instant-payments'),
    verified,
    knownGood: await home.flags.knownGood('instant-payments'),
    audited: await home.audited({ changeId: created }, 'ChangeVerified'),
  };

  const denied = world.ministack.denied();
  const secondPlan = await world.deployment.plan();
  const destroyed = await world.deployment.destroy();
  return { person: world.person, published, loop, denied, secondPlan, destroyed, left: await world.deployment.list() };
};
