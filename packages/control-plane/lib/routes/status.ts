import { CANARY_FLAG, isCanaryAuthor, isShadow } from '@flaghoist/core/canary';
import { regionNames, serviceNames, type Topology } from '@flaghoist/core/topology';
import { always, inParallel } from '@flaghoist/validator/in-parallel';
import * as z from 'zod';
import type { Api, ApiContext } from '../context.ts';
import { demand } from '../identity/caller.ts';
import { degradedOf } from '../views/degraded.ts';
import type { Immutable } from '../views/immutable.ts';
import { instancesOf, instancesView } from '../views/instances.ts';

const redisView = z
  .object({
    region: z.string(),
    redis: z.string(),
    since: z.int().describe('When it first refused a write; epoch milliseconds.'),
    services: z.array(z.string()),
  })
  .meta({ id: 'DegradedRedis' });

const canaryView = z
  .object({
    detections: z
      .array(z.object({ region: z.string(), at: z.int(), tookMs: z.int() }))
      .describe('When a fault that was planted in a region was found and taken back there last, the newest first.'),
    undetected: z
      .array(z.object({ region: z.string(), at: z.int(), changeId: z.string(), why: z.string() }))
      .describe('Where nothing is proven since then, and why: an alarm. Region `*`: nowhere.'),
    last: z
      .object({ at: z.int(), state: z.string() })
      .nullable()
      .describe('How the last change ended that nothing was wrong with.'),
  })
  .meta({ id: 'Canary' });

const statusView = z
  .object({
    world: z.enum(['embedded', 'aws']),
    modelled: z.boolean(),
    environment: z.string(),
    home: z.object({ region: z.string(), epoch: z.int() }),
    topologyVersion: z.int(),
    regions: z.array(z.object({ name: z.string(), state: z.string() })),
    services: z.int(),
    caches: z.int(),
    instances: instancesView
      .nullable()
      .describe('null: no instance says anything, or caches cannot be read from here.'),
    undecided: z.array(z.object({ flagKey: z.string(), order: z.object({ epoch: z.int(), revision: z.int() }) })),
    waiting: z.int().describe('Proposals without an outcome.'),
    degraded: z.array(redisView),
    deadLetters: z.array(z.object({ region: z.string(), service: z.string(), count: z.int() })),
    canary: canaryView.nullable().describe('null: none runs here.'),
    at: z.int(),
  })
  .meta({ id: 'Status' });

export type Status = Immutable<z.output<typeof statusView>>;

const ok = z.object({ status: z.literal('ok') });

/** Changes that nobody has decided, and proposals: more are counted as many. */
const SHOWN = 100;

/** In an account each queue is a request, and there is one for each service and region: so many at a time. */
const deadLettersOf = async (
  topology: Topology,
  ports: ApiContext['ports'],
): Promise<Status['deadLetters'][number][]> => {
  const queues = regionNames(topology).flatMap((region) =>
    serviceNames(topology).map((service) => ({ region, service, count: 0 })),
  );
  await inParallel(queues, always, async (queue) => {
    queue.count = await ports.region(queue.region).queues.givenUp(queue.service);
  });
  return queues.filter(({ count }) => count > 0);
};

export const statusRoutes = (app: Api, { ports }: ApiContext): void => {
  app.get('/livez', { schema: { summary: 'Whether the process answers', response: { 200: ok } } }, async () => ({
    status: 'ok' as const,
  }));

  app.get(
    '/readyz',
    { schema: { summary: 'Whether home can be read', response: { 200: ok } } },
    async (): Promise<{ readonly status: 'ok' }> => {
      await ports.home().home.home();
      return { status: 'ok' };
    },
  );

  app.get(
    '/v1/status',
    { schema: { summary: 'The whole world at a glance', tags: ['status'], response: { 200: statusView } } },
    async ({ caller }): Promise<Status> => {
      demand(caller, 'read');
      const home = ports.home();
      const topology = await home.topology.latest();
      const { epoch, region } = await home.home.home();
      const undecided = [];
      for await (const each of home.changes.undecided(ports.clock.now() + 1)) {
        if (each.flagKey === CANARY_FLAG) continue;
        undecided.push({ flagKey: each.flagKey, order: { ...each.order } });
        if (undecided.length === SHOWN) break;
      }
      let waiting = 0;
      for await (const each of home.proposals.pending()) {
        if ('author' in each && isCanaryAuthor(each.author)) continue;
        waiting += 1;
        if (waiting === SHOWN) break;
      }
      const named = serviceNames(topology).filter((name) => !isShadow(name));
      const services = named.length;
      const asked = { regions: regionNames(topology), services: named, now: ports.clock.now() };
      return {
        world: ports.world,
        modelled: ports.modelled,
        environment: ports.environment,
        home: { region, epoch },
        topologyVersion: topology.version,
        regions: topology.regions.map(({ name, state }) => ({ name, state })),
        services,
        caches: services * topology.regions.length,
        instances: await instancesOf(asked, (name) => ports.region(name)),
        undecided,
        waiting,
        degraded: [...(await degradedOf(topology, home))],
        deadLetters: await deadLettersOf(topology, ports),
        canary: (await ports.canary?.()) ?? null,
        at: ports.clock.now(),
      };
    },
  );

  app.get(
    '/v1/topology',
    { schema: { summary: 'Regions, services and cells', tags: ['status'] } },
    async ({ caller }) => {
      demand(caller, 'read');
      return ports.home().topology.latest();
    },
  );
};
