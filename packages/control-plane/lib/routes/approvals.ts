import { approvedDigestOf } from '@flaghoist/core/approved-digest';
import { digestSchema } from '@flaghoist/core/envelope';
import { type Proposal, proposalSchema } from '@flaghoist/core/proposal';
import * as z from 'zod';
import type { Api, ApiContext } from '../context.ts';
import { NotFoundError, TakenError } from '../errors.ts';
import { demand } from '../identity/caller.ts';
import { planOf } from '../plan.ts';
import type { Immutable } from '../views/immutable.ts';
import { planView } from '../views/plan-schema.ts';

const draftView = z
  .object({
    author: z.string().describe('The principal under whose key it lies.'),
    digest: z.string(),
    proposal: proposalSchema,
    plan: planView,
  })
  .meta({ id: 'Draft' });

export type DraftView = Immutable<z.output<typeof draftView>>;

const byDigest = z.object({ digest: digestSchema });
const byAuthor = z.object({ author: z.string().optional().describe('Left out: under the key of whoever asks.') });

/** Drafts, and approvals of them: four eyes. */
export const approvalRoutes = (app: Api, { ports }: ApiContext): void => {
  const drafted = async (author: string, digest: string): Promise<Proposal> => {
    const home = ports.home();
    const proposal = await home.authorWith(author).drafted(author, digest, ports.environment);
    if (proposal !== undefined) return proposal;
    throw new NotFoundError(
      `draft ${digest} of ${author}`,
      'A digest names every byte of a draft: ask its author for the one that hoist draft printed, and for the author.',
    );
  };

  app.post(
    '/v1/drafts',
    {
      schema: {
        summary: 'Show what is going to be proposed, so that somebody can approve it',
        tags: ['approvals'],
        body: proposalSchema,
        response: { 201: draftView },
      },
    },
    async ({ caller, body }, reply) => {
      const proposal = body as Proposal;
      demand(caller, 'propose', proposal.flagKey);
      const named = { ...proposal, change: { ...proposal.change, actor: caller.actor, authentication: '' } };
      const home = ports.home();
      await home.authorWith(caller.principal).draft(named, ports.environment);
      const plan = await planOf(named, caller, home);
      return reply.status(201).send({ author: caller.principal, digest: plan.digest, proposal: named, plan });
    },
  );

  app.get(
    '/v1/drafts/:digest',
    {
      schema: {
        summary: 'A draft, with what it would do now: the same for its author and for who approves it',
        tags: ['approvals'],
        params: byDigest,
        querystring: byAuthor,
        response: { 200: draftView },
      },
    },
    async ({ caller, params: { digest }, query: { author = caller.principal } }) => {
      demand(caller, 'read');
      const proposal = await drafted(author, digest);
      const asAuthor = { ...caller, actor: proposal.change.actor, principal: author };
      return { author, digest, proposal, plan: await planOf(proposal, asAuthor, ports.home()) };
    },
  );

  app.post(
    '/v1/approvals',
    {
      schema: {
        summary: "Approve a draft, in one's own name: it binds its digest, the order it was made against and the rules",
        tags: ['approvals'],
        body: z.strictObject({
          digest: digestSchema,
          author: z.string().optional(),
          rulesVersion: z.int().min(1).describe('Those by which it was judged when it was reviewed.'),
        }),
        response: { 201: z.object({ digest: z.string(), approved: z.enum(['written', 'renewed']), by: z.string() }) },
      },
    },
    async ({ caller, body: { digest, author = caller.principal, rulesVersion } }, reply) => {
      demand(caller, 'approve');
      const proposal = await drafted(author, digest);
      demand(caller, 'approve', proposal.flagKey);
      const { flagKey, basedOn } = proposal;
      if (approvedDigestOf(proposal, ports.environment) !== digest)
        throw new NotFoundError(`draft ${digest}`, 'Review it again.');
      const approval = { flagKey, proposalDigest: digest, basedOn, rulesVersion };
      const approved = await ports.home().authorWith(caller.principal).approve(approval, caller.actor);
      if (approved === 'exists')
        throw new TakenError(
          `${caller.actor} has approved ${digest} under newer rules, or as something else`,
          'Review it again, and approve what is shown then.',
        );
      return reply.status(201).send({ digest, approved, by: caller.actor });
    },
  );
};
