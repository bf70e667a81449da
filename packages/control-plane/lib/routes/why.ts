import { flagKeySchema } from '@flaghoist/core/envelope';
import * as z from 'zod';
import type { Api, ApiContext } from '../context.ts';
import { demand } from '../identity/caller.ts';
import { cachePlace } from '../views/known-place.ts';
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
      await cachePlace(query, ports);
      return whyOf(query, ports, follower);
    },
  );
};
