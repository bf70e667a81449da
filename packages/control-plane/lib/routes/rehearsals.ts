import { RefusedError } from '@flaghoist/operations/errors';
import * as z from 'zod';
import type { Api, ApiContext } from '../context.ts';
import { demand } from '../identity/caller.ts';
import { faultNames } from '../ports.ts';
import { cachePlace } from '../views/known-place.ts';

const place = { region: z.string(), service: z.string() };

/** Faults that are planted, so that people see what happens then. */
export const rehearsalRoutes = (app: Api, { ports }: ApiContext): void => {
  app.post(
    '/v1/rehearsals',
    {
      schema: {
        summary: "Break one service's cache in one region, or heal it; only in a world in memory",
        tags: ['rehearsals'],
        body: z.discriminatedUnion('action', [
          z.strictObject({ action: z.literal('break'), ...place, fault: z.enum(faultNames) }),
          z.strictObject({ action: z.literal('heal'), ...place }),
        ]),
        response: { 200: z.object(place) },
      },
    },
    async ({ caller, body }) => {
      demand(caller, 'operate');
      const { faults } = ports;
      if (faults === undefined)
        throw new RefusedError(
          'a rehearsal',
          ['the caches of this world are real'],
          'Rehearse on a machine of your own: hoist up.',
        );
      const { region, service } = await cachePlace(body, ports);
      if (body.action === 'break') faults.break(region, service, body.fault);
      else faults.heal(region, service);
      ports.log.info('rehearsal', { ...body, by: caller.actor });
      return { region, service };
    },
  );
};
