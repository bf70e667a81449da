import { expectedServices } from '@flaghoist/core/audience';
import { changeStates } from '@flaghoist/core/change';
import * as z from 'zod';
import type { Api, ApiContext } from '../context.ts';
import { demand } from '../identity/caller.ts';
import { readOrder } from '../orders.ts';
import type { HomePorts } from '../ports.ts';
import { cachesOf } from '../views/cache-view.ts';
import { changeViewOf, recordOf } from '../views/change-view.ts';
import { envelopeOf, missing } from '../views/flag-view.ts';
import { instancesOf, instancesView } from '../views/instances.ts';
import { newestChanges, readCursor, undecidedChanges } from '../views/newest-changes.ts';
import { cacheView, changeView } from '../views/schemas.ts';
import { inPath } from './flags.ts';

const ofChange = inPath.extend({ order: z.string() });

/** A change, and the services that must hold it. @throws NotFoundError */
const expectedOf = async (flagKey: string, text: string, home: HomePorts) => {
  const { flags, topology } = home;
  const order = readOrder(text);
  const stored = await flags.revision(flagKey, order);
  if (stored === undefined) throw await missing('change', { flagKey, order }, home);
  const envelope = envelopeOf(stored.body);
  const expected = expectedServices(envelope, await topology.at(envelope.topologyVersion), await topology.latest());
  return { envelope, expected };
};

/** Changes: how far they have come, and which cache holds them. */
export const changeRoutes = (app: Api, { ports, follower }: ApiContext): void => {
  app.get(
    '/v1/changes',
    {
      schema: {
        summary: 'The changes of all flags, newest first',
        description: 'With state=accepted: those that nobody has decided yet.',
        tags: ['changes'],
        querystring: z.object({
          prefix: z.string().default(''),
          state: z.enum(changeStates).optional(),
          before: z.string().optional().describe('What the page before called next.'),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: {
          200: z.object({
            changes: z.array(changeView).describe('Of a rare state it may be empty, and next goes on.'),
            next: z.string().nullable().describe('What the next page is asked for with; null: this was the last one.'),
          }),
        },
      },
    },
    async ({ caller, query: { before, state, ...query } }) => {
      demand(caller, 'read');
      const home = ports.home();
      const asked = { state, ...query, before: before === undefined ? undefined : readCursor(before) };
      const page =
        state === 'accepted'
          ? await undecidedChanges({ ...asked, now: ports.clock.now() }, home)
          : await newestChanges(asked, home);
      const changes = [];
      for (const record of page.changes) changes.push(await changeViewOf(record, home, follower));
      return { changes, next: page.next };
    },
  );

  app.get(
    '/v1/flags/:flagKey/changes/:order',
    {
      schema: {
        summary: 'A change, with its conditions and how far it is in each region',
        tags: ['changes'],
        params: ofChange,
        response: { 200: changeView },
      },
    },
    async ({ caller, params: { flagKey, order } }) => {
      demand(caller, 'read');
      const home = ports.home();
      return changeViewOf(await recordOf(flagKey, readOrder(order), home), home, follower);
    },
  );

  app.get(
    '/v1/flags/:flagKey/changes/:order/instances',
    {
      schema: {
        summary: 'What the instances of the services that must hold a change claim, looked at now',
        description:
          'A claim beside what is known of caches: whether each instance holds all that its own cache holds.',
        tags: ['changes'],
        params: ofChange,
        response: {
          200: z.object({
            instances: instancesView.nullable().describe('null: none is alive, or caches cannot be read from here.'),
            at: z.int(),
          }),
        },
      },
    },
    async ({ caller, params: { flagKey, order } }) => {
      demand(caller, 'read');
      const { envelope, expected } = await expectedOf(flagKey, order, ports.home());
      const at = ports.clock.now();
      const asked = { regions: envelope.regions, services: expected, now: at };
      return { instances: await instancesOf(asked, (name) => ports.region(name)), at };
    },
  );

  app.get(
    '/v1/flags/:flagKey/changes/:order/acknowledgements',
    {
      schema: {
        summary: 'Each cache that must hold a change, looked at now',
        tags: ['changes'],
        params: ofChange,
        querystring: z.object({ region: z.string().optional(), service: z.string().optional() }),
        response: { 200: z.object({ caches: z.array(cacheView), at: z.int() }) },
      },
    },
    async ({ caller, params: { flagKey, order }, query: { region, service } }) => {
      demand(caller, 'read');
      const { envelope, expected } = await expectedOf(flagKey, order, ports.home());
      const at = ports.clock.now();
      const caches = await Promise.all(
        envelope.regions
          .filter((name) => region === undefined || name === region)
          .map((name) =>
            cachesOf(ports.region(name), {
              region: name,
              envelope,
              services: service === undefined ? expected : expected.filter((each) => each === service),
              now: at,
            }),
          ),
      );
      return { caches: caches.flat(), at };
    },
  );
};
