import type { Topology } from '@flaghoist/core/topology';
import { type Home, homeOf } from '../home.ts';
import { eventually } from '../patience.ts';
import { verifiedFlag } from '../scenarios.ts';
import { environment } from '../topology.ts';
import type { Typist } from '../typist.ts';
import type { World } from '../world.ts';

/** What is typed after the stacks, so that commands know how parts are called. */
export const readDeployment = (type: Typist) => type('7. The trail', { only: /terraform/ });

/** Publishes as an operator what the files say. */
export const publish = async (type: Typist, home: Home): Promise<string> =>
  (await type('8. Regions and services', { credentials: await home.operator(), only: /topology publish/ })).stdout;

/** Makes a region home for the first time, as who may promote. */
export const firstHome = async (type: Typist, home: Home): Promise<string> =>
  (await type('8. Regions and services', { credentials: await home.promoter(), only: /promote/ })).stdout;

/** What `hoist doctor` finds ill, in every region, or may not ask as the role that is made for it. */
export const illIn = async (type: Typist, home: Home): Promise<readonly string[]> => {
  const credentials = await home.doctor();
  const said = await type('9. Is it well?', { credentials, only: /# looks/ }).then(
    ({ stdout }) => stdout,
    (error: Error) => error.message,
  );
  if (!/\d+ well, /.test(said)) throw new Error(said);
  return said.split('\n').flatMap((line) => /^(?:ill|unknown) +\S+ +(\S+)/.exec(line)?.[1] ?? []);
};

interface Coming {
  readonly world: World;
  readonly type: Typist;
  readonly joining: Topology;
  readonly serving: Topology;
}

/** A service and a region come: joining, then their resources, then serving, as soon as no cache of theirs is empty. */
export const come = async ({ world, type, joining, serving }: Coming) => {
  world.setTopology(joining);
  await type('5. The stacks of an environment');
  await world.look();
  await readDeployment(type);
  const home = await homeOf(world);
  const joined = await publish(type, home);
  world.setTopology(serving);
  const refusals: string[] = [];
  const served = await eventually(
    'a version in which they serve',
    () =>
      publish(type, home).catch((error: Error) => {
        refusals.push(error.message);
        return undefined;
      }),
    () => refusals.at(-1),
  );
  return { joined, served, refusals, first: await verifiedFlag(home, 'after-they-came') };
};

interface Going {
  readonly world: World;
  readonly type: Typist;
  readonly draining: Topology;
  readonly without: Topology;
  readonly region: string;
}

/** What a refusal says that it needs, once somebody has read it. */
const allowancesIn = (refusal: string): string =>
  [...new Set(refusal.match(/--allow-(?:destroy|replace) '[^']+'/g) ?? [])].map((each) => ` ${each}`).join('');

/**
 * They go: nobody waits for them from the version on in which they drain, though the region is away; then their resources are
 * destroyed, and then they are forgotten.
 */
export const go = async ({ world, type, draining, without, region }: Going) => {
  const home = await homeOf(world);
  world.setTopology(draining);
  const drained = await publish(type, home);
  await world.ministack.refuse(region);
  const verified = await verifiedFlag(home, 'while-they-drain');
  await world.ministack.accept(region);
  const removed = await type('Services and regions come and go', { instead: { REGION: region } });
  world.setTopology(without);
  const stacks = '5. The stacks of an environment';
  const refused = await type(stacks).then(
    ({ stdout }) => stdout,
    (error: Error) => error.message,
  );
  const plan = `waves plan ${environment.name}`;
  const took = await type(stacks, { instead: { [plan]: `${plan}${allowancesIn(refused)}` } });
  return {
    drained,
    verified,
    removed: removed.stdout,
    refused,
    took: took.stdout,
    forgotten: await publish(type, home),
  };
};
