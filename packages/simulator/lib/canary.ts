import { CANARY_AUTHOR, CANARY_FLAG, isShadow, SHADOW_SERVICE } from '@flaghoist/core/canary';
import type { Logger } from '@flaghoist/core/ports/logger';
import { flagPk, REVISION_PREFIX } from '@flaghoist/core/storage/keys';
import type { Item } from '@flaghoist/core/storage/write';
import type { Topology } from '@flaghoist/core/topology';
import { Canary } from '@flaghoist/operations/canary/canary';
import type { World } from './world.ts';

/** A topology with the canary's service. */
export const withShadow = (topology: Topology): Topology => {
  const [first] = topology.services;
  if (first === undefined || topology.services.some(({ name }) => isShadow(name))) return topology;
  return { ...topology, services: [...topology.services, { ...shadowIn(first.cell), state: 'serving' }] };
};

const shadowIn = (cell: string) => ({ name: SHADOW_SERVICE, cell, owner: SHADOW_SERVICE });

/** Lets the canary's service join a world that was made without it. */
const joinShadow = async (world: World): Promise<void> => {
  const { services } = await world.topology.latest();
  const [first] = services;
  if (first === undefined || services.some(({ name }) => isShadow(name))) return;
  await world.join(shadowIn(first.cell));
};

export const canaryOf = (world: World, log: Logger): Canary =>
  new Canary({
    world: () => {
      const { home } = world;
      return {
        author: CANARY_AUTHOR,
        proposals: home.authorWith(CANARY_AUTHOR),
        flags: world.region(home.region).store,
        changes: home.changes,
        topology: world.topology,
        plant: (region) => {
          const { caches } = world.region(region);
          caches.breakService(SHADOW_SERVICE, 'ignores-writes');
          return () => caches.heal(SHADOW_SERVICE);
        },
      };
    },
    clock: world.scheduler,
    log,
  });

const EXPIRES_EVERY_MS = 3_600_000;

/** Runs the canary in a world until it is stopped. */
export const startCanary = async (world: World, log: Logger): Promise<Canary> => {
  await joinShadow(world);
  const canary = canaryOf(world, log);
  void canary.run().catch((error: unknown) => log.error('canary has ended', { error }));
  void expiring(world, log);
  return canary;
};

/** Ends with the world, whose clock then wakes nobody. */
const expiring = async (world: World, log: Logger): Promise<void> => {
  for (;;) {
    await world.scheduler.sleep(EXPIRES_EVERY_MS);
    await expireRevisions(world).catch((error: unknown) => log.warn('old revisions not removed', { error }));
  }
};

/** Removes what is kept of the canary's changes whose time has come, as the time to live of a table does. @returns how many */
export const expireRevisions = async (world: World): Promise<number> => {
  const { flags } = world.region(world.home.region);
  const now = world.scheduler.now() / 1000;
  const isOld = ({ expiresAt }: Item): boolean => typeof expiresAt === 'number' && expiresAt < now;
  const old = flags.query({ pk: flagPk(CANARY_FLAG), skPrefix: REVISION_PREFIX, limit: 1_000 }).filter(isOld);
  for (const { pk, sk } of old) await flags.commit({ delete: { pk, sk } });
  for (const table of [world.home.changesTable, world.home.proposalsTable]) {
    for (const { pk, sk } of [...table.allEntries()]) {
      const item = table.get(pk, sk);
      if (item !== undefined && isOld(item)) await table.commit({ delete: { pk, sk } });
    }
  }
  return old.length;
};
