import { InvalidInputError } from '@flaghoist/core/errors';
import * as z from 'zod';
import type { Api, ApiContext } from '../context.ts';
import { demand } from '../identity/caller.ts';
import { searchTrail } from '../search-trail.ts';

const document = z
  .object({
    id: z.string(),
    type: z.string(),
    flagKey: z.string().optional(),
    changeId: z.string().optional(),
    region: z.string(),
    at: z.int(),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditDocument' });

export interface AuditAnswer {
  readonly documents: readonly z.output<typeof document>[];
  readonly before: string | null;
}

/** The audit trail, searched. */
export const auditRoutes = (app: Api, { ports }: ApiContext): void => {
  app.get(
    '/v1/audit',
    {
      schema: {
        summary: 'The newest of the audit trail of a flag, a change or a kind of event, oldest first',
        tags: ['audit'],
        querystring: z.object({
          flagKey: z.string().optional(),
          changeId: z.string().optional(),
          type: z.string().optional(),
          actor: z.string().optional().describe('Whose doing it was, where an entry says so.'),
          since: z.coerce.number().int().optional().describe('From then on: epoch milliseconds, that one included.'),
          until: z.coerce.number().int().optional().describe('Up to then: epoch milliseconds, that one included.'),
          before: z.string().optional().describe('Only what is older than this place, which an answer has named.'),
          limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
        }),
        response: {
          200: z.object({
            documents: z.array(document),
            before: z
              .string()
              .nullable()
              .describe('Where older ones may be that were left out: ask again with this. `null`: there are none.'),
          }),
        },
      },
    },
    async ({ caller, query: { limit, before, flagKey, changeId, type, actor, since, until } }) => {
      demand(caller, 'audit');
      if (flagKey === undefined && changeId === undefined && type === undefined)
        throw new InvalidInputError(
          'search',
          ['flagKey, changeId and type: all are missing'],
          'Name at least one of them: nobody reads the whole trail at once.',
        );
      const query = {
        ...(flagKey === undefined ? {} : { flagKey }),
        ...(changeId === undefined ? {} : { changeId }),
        ...(type === undefined ? {} : { type }),
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
        ...(actor === undefined ? {} : { actor }),
      };
      const { documents, before: older } = await searchTrail(ports.home().audit, query, { limit, before });
      return { documents: [...documents], before: older };
    },
  );
};
