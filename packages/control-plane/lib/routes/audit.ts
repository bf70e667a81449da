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

export interface AuditAnswer {
  readonly documents: readonly z.output<typeof document>[];
  readonly more: boolean;
}

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
          actor: z.string().optional().describe('Whose doing it was, where an entry says so.'),
          since: z.coerce.number().int().optional().describe('epoch milliseconds'),
          until: z.coerce.number().int().optional().describe('epoch milliseconds'),
          limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
        }),
        response: {
          200: z.object({
            documents: z.array(document),
            more: z.boolean().describe('Whether older ones were left out: ask again with until.'),
          }),
        },
      },
    },
    async ({ caller, query: { limit, flagKey, changeId, type, actor, since, until } }) => {
      demand(caller, 'audit');
      if (flagKey === undefined && changeId === undefined && type === undefined)
        throw new InvalidInputError(
          'search',
          ['flagKey, changeId and type: all are missing'],
          'Name at least one of them: nobody reads the whole trail at once.',
        );
      const found = await ports.home().audit.search({
        ...(flagKey === undefined ? {} : { flagKey }),
        ...(changeId === undefined ? {} : { changeId }),
        ...(type === undefined ? {} : { type }),
      });
      const documents = found.filter(
        ({ at, detail }) =>
          (since === undefined || at >= since) &&
          (until === undefined || at < until) &&
          (actor === undefined || detail['actor'] === actor),
      );
      return { documents: documents.slice(-limit), more: documents.length > limit };
    },
  );
};
