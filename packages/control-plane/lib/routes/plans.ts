import { type Proposal, proposalSchema } from '@flaghoist/core/proposal';
import type { Api, ApiContext } from '../context.ts';
import { demand } from '../identity/caller.ts';
import { planOf } from '../plan.ts';
import { planView } from '../views/plan-schema.ts';

/** What a proposal would do. */
export const planRoutes = (app: Api, { ports }: ApiContext): void => {
  app.post(
    '/v1/plans',
    {
      schema: {
        summary: 'What a proposal would come to if it were judged now; nothing is written',
        tags: ['proposals'],
        body: proposalSchema,
        response: { 200: planView },
      },
    },
    async ({ caller, body }) => {
      demand(caller, 'read');
      return planOf(body as Proposal, caller, ports.home());
    },
  );
};
