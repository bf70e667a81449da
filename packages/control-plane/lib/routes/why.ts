import { flagKeySchema } from '@flaghoist/core/envelope';
import { serviceNames } from '@flaghoist/core/topology';
import * as z from 'zod';
import type { Api, ApiContext } from '../context.ts';
import { NotFoundError } from '../errors.ts';
import { demand } from '../identity/caller.ts';
import { whyOf } from '../views/why.ts';
import { whyView } from '../views/why-schema.ts';

/** Why a service's cache in a region holds what it holds of a flag. */
export const whyRoutes = (app: Api, { ports, follower }: ApiContext): void => {
  app.get(
    '/v1/why',
    {
      schema: {
        summary: "The newest change of a flag on its way to one service's cache in one region",
        tags: ['changes'],
        querystring: z.object({ service: z.string(), region: z.string(), flagKey: flagKeySchema }),
        response: { 200: whyView },
      },
    },
    async ({ caller, query }) => {
      demand(caller, 'read');
      const topology = await ports.home().topology.latest();
      if (!topology.regions.some(({ name }) => name === query.region))
        throw new NotFoundError(
          `region ${query.region}`,
          `There are ${topology.regions.map(({ name }) => name).join(', ')}.`,
        );
      if (!serviceNames(topology).includes(query.service))
        throw new NotFoundError(`service ${query.service}`, 'hoist status --services lists them.');
      return whyOf(query, ports, follower);
    },
  );
};
