import { InvalidInputError } from '@flaghoist/core/errors';
import * as z from 'zod';
import type { Api, ApiContext } from '../context.ts';
import { demand } from '../identity/caller.ts';

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

/** The audit trail, searched. */
export const auditRoutes = (app: Api, { ports }: ApiContext): void => {
  app.get(
    '/v1/audit',
    {
      schema: {
        summary: 'The audit trail of a flag or of a change, oldest first',
        tags: ['audit'],
        querystring: z.object({
          flagKey: z.string().optional(),
          changeId: z.string().optional(),
          type: z.string().optional(),
          limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
        }),
        response: { 200: z.object({ documents: z.array(document), more: z.boolean() }) },
      },
    },
    async ({ caller, query: { limit, flagKey, changeId, type } }) => {
      demand(caller, 'audit');
      if (flagKey === undefined && changeId === undefined && type === undefined)
        throw new InvalidInputError(
          'search',
          ['flagKey, changeId and type: all are missing'],
          'Name at least one of them: nobody reads the whole trail at once.',
        );
      const documents = await ports.home().audit.search({
        ...(flagKey === undefined ? {} : { flagKey }),
        ...(changeId === undefined ? {} : { changeId }),
        ...(type === undefined ? {} : { type }),
      });
      return { documents: documents.slice(-limit), more: documents.length > limit };
    },
  );
};
