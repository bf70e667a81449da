import { memberStates } from '@flaghoist/core/topology';
import { RefusedError } from '@flaghoist/operations/errors';
import * as z from 'zod';
import type { Api, ApiContext } from '../context.ts';
import { NotFoundError } from '../errors.ts';
import { demand } from '../identity/caller.ts';
import type { ControlPlanePorts, Operator } from '../ports.ts';
import type { Immutable } from '../views/immutable.ts';

const MAX_WAIT_SECONDS = 30;
const name = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be lower-case words joined by single hyphens');

const operation = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('promote'), region: name }),
  z.strictObject({ action: z.literal('join-region'), region: name }),
  z.strictObject({ action: z.literal('drain-region'), region: name }),
  z.strictObject({
    action: z.literal('add-service'),
    service: name,
    cell: z.string().regex(/^cell-\d{1,2}$/, 'must be a cell, such as cell-2'),
    owner: z.string().min(1).max(256),
  }),
  z.strictObject({ action: z.literal('drain-service'), service: name }),
]);
type Operation = z.output<typeof operation>;

const answerView = z
  .object({
    done: z.boolean().describe('false: it is still at it; the same request again waits for it.'),
    state: z.enum(memberStates).nullable().describe('Of the region or service as of now.'),
    home: z.string(),
    version: z.int().describe('Of the topology.'),
    pending: z.int().nullable().describe('After a move of home: revisions that are still to be taken over.'),
  })
  .meta({ id: 'TopologyAnswer' });

export type TopologyAnswer = Immutable<z.output<typeof answerView>>;

interface Running {
  readonly ended: Promise<void>;
  pending: number | null;
  done: boolean;
}

/** Who operates the world: regions and services join, drain, and become home. */
export const topologyRoutes = (app: Api, { ports }: ApiContext): void => {
  const running = new Map<string, Running>();

  const begun = (asked: Operation, operator: Operator, by: string): Running => {
    const key = JSON.stringify(asked);
    const known = running.get(key);
    if (known !== undefined) return known;
    const own: Running = {
      ended: perform(asked, operator, by)
        .then((pending) => {
          own.pending = pending;
          own.done = true;
        })
        .finally(() => running.delete(key)),
      pending: null,
      done: false,
    };
    // Whoever waits hears of it; nobody may.
    own.ended.catch((error: unknown) => ports.log.warn('topology not changed', { ...asked, by, error }));
    running.set(key, own);
    return own;
  };

  app.post(
    '/v1/topology',
    {
      schema: {
        summary: 'Let a region or service join or drain, or make a region home; only in a world in memory',
        description: 'Joining takes until all caches are loaded and a reconciler has found no difference in them.',
        tags: ['topology'],
        body: operation,
        querystring: z.object({ wait: z.coerce.number().min(0).max(MAX_WAIT_SECONDS).default(0) }),
        response: { 200: answerView, 202: answerView },
      },
    },
    async ({ caller, body, query }, reply) => {
      demand(caller, 'operate');
      const { operator, clock } = ports;
      if (operator === undefined)
        throw new RefusedError(
          'a change of the topology',
          ['this world is an account'],
          'Name its deployment: hoist region and hoist service take --deployment.',
        );
      await refuseUnknown(body, ports);
      const own = begun(body, operator, principalFor(caller.actor));
      await Promise.race([own.ended, clock.sleep(query.wait * 1000)]);
      return reply.status(own.done ? 200 : 202).send(await answerTo(body, own, ports));
    },
  );
};

const perform = async (asked: Operation, operator: Operator, by: string): Promise<number | null> => {
  switch (asked.action) {
    case 'promote':
      return (await operator.promote(asked.region, by)).pending;
    case 'join-region':
      await operator.joinRegion(asked.region, by);
      return null;
    case 'drain-region':
      await operator.drain({ what: 'region', name: asked.region }, by);
      return null;
    case 'add-service':
      await operator.addService({ name: asked.service, cell: asked.cell, owner: asked.owner }, by);
      return null;
    case 'drain-service':
      await operator.drain({ what: 'service', name: asked.service }, by);
      return null;
  }
};

const nameIn = (asked: Operation): { readonly list: 'regions' | 'services'; readonly name: string } =>
  'region' in asked ? { list: 'regions', name: asked.region } : { list: 'services', name: asked.service };

const refuseUnknown = async (asked: Operation, ports: ControlPlanePorts): Promise<void> => {
  if (asked.action === 'join-region' || asked.action === 'add-service') return;
  const topology = await ports.home().topology.latest();
  const { list, name: wanted } = nameIn(asked);
  if (topology[list].some((member) => member.name === wanted)) return;
  throw new NotFoundError(
    `${list.slice(0, -1)} ${wanted}`,
    'hoist status lists the regions; hoist why knows services.',
  );
};

const answerTo = async (
  asked: Operation,
  { done, pending }: Running,
  ports: ControlPlanePorts,
): Promise<TopologyAnswer> => {
  const topology = await ports.home().topology.latest();
  const { list, name: wanted } = nameIn(asked);
  const state = topology[list].find((member) => member.name === wanted)?.state ?? null;
  return { done, pending, state, home: ports.home().region, version: topology.version };
};

const LONGEST_SESSION = 64;

/** As the trail names who did it on a machine without accounts. */
const principalFor = (actor: string): string =>
  `local:${actor.replaceAll(/[^\w+=,.@-]+/g, '-').slice(0, LONGEST_SESSION)}`;
